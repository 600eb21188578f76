"""Tenants over HTTP: added level by level, listed in pages, and known to whoever may see them."""

import pytest
from tests.support.http.site import BANK, MERCHANT, ORGANIZATION, OTHER_MERCHANT, PROGRAM, Client

from refunds.domain.tenancy import ALL_TENANTS, PLATFORM, Tenant, TenantKind


async def test_tenants_are_added_level_by_level(api: Client) -> None:
    added = await api.post("/v1/tenants", {"kind": "organization", "parent_id": PROGRAM, "name": "Ö", "id": "org_09"})
    below = await api.post("/v1/tenants", {"kind": "merchant", "parent_id": "org_09", "name": "Shop"})
    wrong = await api.post("/v1/tenants", {"kind": "merchant", "parent_id": PROGRAM, "name": "Shop"})
    nowhere = await api.post("/v1/tenants", {"kind": "merchant", "parent_id": "org_none", "name": "Shop"})

    assert added.body["path"] == ["platform", "bnk_01", "prg_01", "org_09"]
    assert below.body["id"].startswith("mer_")
    assert (await api.get(below.headers["location"])).body == below.body
    assert (wrong.status, wrong.body["errors"][0]["pointer"]) == (422, "/parent_id")
    assert (nowhere.status, nowhere.code) == (404, "tenant_not_found")


async def test_repeated_request_of_a_tenant_is_answered_by_the_first(api: Client) -> None:
    body = {"kind": "merchant", "parent_id": ORGANIZATION, "name": "Shop"}
    made = await api.post("/v1/tenants", body, key="k")

    again = await api.post("/v1/tenants", body, key="k")
    other = await api.post("/v1/tenants", body | {"name": "Other"}, key="k")
    taken = await api.post("/v1/tenants", body | {"id": MERCHANT})

    assert again.body == made.body
    assert again.headers["idempotent-replayed"] == "true"
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    assert (taken.status, taken.code) == (409, "already_exists")


async def test_tenant_that_another_process_added_is_known_at_once(api: Client) -> None:
    path = (PLATFORM, BANK, PROGRAM, ORGANIZATION)
    merchant, other = (
        Tenant(id=id_, kind=TenantKind.MERCHANT, parent_id=ORGANIZATION, name="New", path=(*path, id_))
        for id_ in ("mer_new", "mer_newer")
    )
    await api.world.tenants.add(ALL_TENANTS, merchant)

    by_scope = await api.get("/v1/tenants/mer_new", token=api.world.token("merchant_admin", "mer_new"))
    await api.world.tenants.add(ALL_TENANTS, other)
    by_body = await api.payment(merchant_id="mer_newer")

    assert (by_scope.status, by_body.status) == (200, 201)


async def test_children_are_listed_in_pages(api: Client) -> None:
    first = (await api.get(f"/v1/tenants/{PROGRAM}/children?limit=1")).body
    second = (await api.get(f"/v1/tenants/{PROGRAM}/children?limit=1&cursor={first['next_cursor']}")).body

    assert [t["id"] for t in (*first["data"], *second["data"])] == ["org_01", "org_02"]
    assert second["next_cursor"] is None


@pytest.mark.parametrize("cursor", ["x", "org_01'", "..%2f", "%20", "ORG_01", "platform", "a" * 64])
async def test_cursor_of_children_that_was_never_given_out_is_refused(api: Client, cursor: str) -> None:
    refused = await api.get(f"/v1/tenants/{PROGRAM}/children?cursor={cursor}")

    assert (refused.status, refused.code) == (400, "invalid_query")
    assert refused.body["errors"][0]["detail"] == "Must be a cursor that the service returned."


async def test_tenant_outside_of_the_scope_is_not_found(api: Client) -> None:
    token = api.world.token("merchant_admin", MERCHANT)

    for path in (f"/v1/tenants/{OTHER_MERCHANT}", f"/v1/tenants/{ORGANIZATION}", "/v1/tenants/platform/children"):
        assert (await api.get(path, token=token)).status == 404


@pytest.mark.parametrize(
    ("kind", "parent", "id_"), [("merchant", ORGANIZATION, "org_77"), ("organization", PROGRAM, "mer_77")]
)
async def test_id_of_a_tenant_begins_as_its_kind_does(api: Client, kind: str, parent: str, id_: str) -> None:
    refused = await api.post("/v1/tenants", {"kind": kind, "parent_id": parent, "name": "N", "id": id_})

    assert refused.status == 422
    assert refused.body["errors"][0]["pointer"] == "/id"


@pytest.mark.parametrize("id_", [OTHER_MERCHANT, "mer_free"])
async def test_caller_with_a_part_of_the_tree_chooses_no_id_and_learns_of_none(api: Client, id_: str) -> None:
    """The answer is the same for an id that is taken elsewhere and for one that nobody has."""
    token = api.world.token("organization_admin", ORGANIZATION)
    body = {"kind": "merchant", "parent_id": ORGANIZATION, "name": "N"}

    chosen = await api.post("/v1/tenants", body | {"id": id_}, token=token)
    made = await api.post("/v1/tenants", body, token=token)

    assert (chosen.status, chosen.body["errors"][0]["code"]) == (422, "not_choosable")
    assert made.status == 201


@pytest.mark.parametrize("name", ["   ", "\u200b\u200f", "\u2800", "\u3164", "\ufeff"])
async def test_name_that_nobody_sees_is_refused(api: Client, name: str) -> None:
    tenant = {"kind": "merchant", "parent_id": "org_01", "name": name}

    refused = await api.post("/v1/tenants", tenant)
    line = await api.payment(line_items=[{"id": name, "amount": 1}])

    assert (refused.status, refused.body["errors"][0]["pointer"]) == (422, "/name")
    assert (line.status, line.body["errors"][0]["pointer"]) == (422, "/line_items/0/id")
