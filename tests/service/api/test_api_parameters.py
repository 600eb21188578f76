"""Parameters over HTTP: what there is, what is in force where and since when, and setting it."""

from typing import Any

import pytest
from tests.support.http.site import BANK, MERCHANT, ORGANIZATION, OTHER_MERCHANT, Client, Reply
from tests.support.payments.money_limits import amounts

VALUES = "/v1/parameters/refund_window_days/values"


async def put(api: Client, tenant_id: str, value: Any, name: str = "refund_window_days", **rest: Any) -> Reply:
    body = {"tenant_id": tenant_id, "value": value} | rest
    return await api.call("PUT", f"/v1/parameters/{name}/values", body, token=api.world.token(mfa_age_s=1))


async def resolved(api: Client, tenant_id: str = MERCHANT, query: str = "") -> tuple[Any, str, str]:
    reply = await api.get(f"/v1/parameters/resolve?name=refund_window_days&tenant_id={tenant_id}{query}")
    return reply.body["value"], reply.body["source"], reply.body["source_kind"]


async def test_nearest_level_that_is_set_is_in_force(api: Client) -> None:
    found = [await resolved(api)]
    for tenant_id, value in ((BANK, 90), ("platform", 120), (MERCHANT, 30)):
        assert (await put(api, tenant_id, value)).status == 201
        found.append(await resolved(api))

    assert found == [(180, "default", "default"), (90, BANK, "bank"), (90, BANK, "bank"), (30, MERCHANT, "merchant")]
    assert await resolved(api, OTHER_MERCHANT) == (90, BANK, "bank")


async def test_value_is_in_force_for_its_span_of_time_only(api: Client) -> None:
    span = {"effective_from": "2026-04-01T00:00:00Z", "expires_at": "2026-05-01T02:00:00+02:00"}
    assert (await put(api, MERCHANT, 30, **span)).status == 201

    at = [
        (await resolved(api, query=f"&at={moment}"))[0]
        for moment in (
            "2026-03-31T23:59:59.999Z",
            "2026-04-01T00:00:00Z",
            "2026-04-30T23:59:59Z",
            "2026-05-01T00:00:00Z",
        )
    ]

    assert at == [180, 30, 30, 180]
    assert await resolved(api) == (180, "default", "default")


async def test_value_may_not_begin_in_the_past_and_rewrite_what_was_in_force(api: Client) -> None:
    refused = await put(api, MERCHANT, 7, effective_from="2026-01-01T00:00:00Z")

    assert refused.status == 422
    assert refused.body["errors"][0]["pointer"] == "/effective_from"
    assert (await resolved(api, query="&at=2026-01-02T00:00:00Z"))[0] == 180


async def test_all_parameters_of_a_tenant_are_resolved_at_once(api: Client) -> None:
    await put(api, ORGANIZATION, [1, 2], "gateway_retry_delays_s")

    page = (await api.get("/v1/parameters/resolve", token=api.world.token("auditor", MERCHANT))).body

    found = {row["name"]: row for row in page["data"]}
    assert found["gateway_retry_delays_s"]["value"] == [1, 2]
    assert found["gateway_retry_delays_s"]["source"] == ORGANIZATION
    assert found["refund_window_days"]["tenant_id"] == MERCHANT
    assert len(found) == len((await api.get("/v1/parameters")).body["data"])


async def test_bound_of_the_bank_is_not_loosened_below_it_and_the_answer_names_who_set_it(api: Client) -> None:
    assert (await put(api, BANK, amounts(100), "auto_approval_below")).status == 201

    refused = await put(api, MERCHANT, amounts(101), "auto_approval_below")

    assert (refused.status, refused.code) == (422, "value_out_of_range")
    assert "may not be less strict than 100.00 EUR, 100 JPY, 100.00 USD, " in refused.body["detail"]
    assert f"the value that is set for the tenant {BANK}." in refused.body["detail"]
    assert (await put(api, MERCHANT, amounts(100), "auto_approval_below")).status == 201


async def test_bound_that_is_tightened_above_later_holds_below_at_once(api: Client) -> None:
    assert (await put(api, MERCHANT, 120)).status == 201
    assert (await put(api, BANK, 90)).status == 201

    assert await resolved(api) == (90, BANK, "bank")


async def test_merchant_does_not_loosen_a_default(api: Client) -> None:
    refused = await put(api, MERCHANT, 181)

    assert (refused.status, refused.code) == (422, "value_out_of_range")
    assert "may not be less strict than the default, 180" in refused.body["detail"]


async def test_set_value_holds_for_the_next_refund(api: Client) -> None:
    await api.payment()
    await put(api, MERCHANT, amounts(0), "auto_approval_below")

    assert (await api.refund(amount=1)).body["status"] == "pending_approval"


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("refund_window_days", -1, "value_out_of_range"),
        ("refund_window_days", 3651, "value_out_of_range"),
        ("refund_window_days", 10**30, "value_out_of_range"),
        ("refund_window_days", True, "value_out_of_range"),
        ("refund_window_days", "30", "value_out_of_range"),
        ("refund_window_days", None, "value_out_of_range"),
        ("refund_window_days", [30], "value_out_of_range"),
        ("refund_window_days", 1.5, "validation_failed"),
        ("refund_window_days", {"a": 1}, "value_out_of_range"),
        ("refund_window_days", {"a": "b"}, "validation_failed"),
        ("auto_approval_below", 1000, "value_out_of_range"),
        ("auto_approval_below", {"EUR": 1000}, "value_out_of_range"),
        ("auto_approval_below", {"USD": 1000, "XXX": 1}, "value_out_of_range"),
        ("auto_approval_below", {"USD": 10.5}, "validation_failed"),
        ("pay_out_during_dispute", 1, "value_out_of_range"),
        ("refund_methods_allowed", [], "value_out_of_range"),
        ("refund_methods_allowed", ["cash"], "value_out_of_range"),
        ("refund_methods_allowed", ["balance", "balance"], "value_out_of_range"),
        ("refund_methods_allowed", [1], "value_out_of_range"),
        ("gateway_retry_delays_s", [1] * 21, "value_out_of_range"),
        ("refunds_per_payment_max", 5, "not_overridable"),
    ],
)
async def test_value_that_the_parameter_may_not_have_is_refused(api: Client, name: str, value: Any, code: str) -> None:
    refused = await put(api, MERCHANT, value, name)

    assert (refused.status, refused.code) == (422, code)
    assert await api.world.parameters.version() == 0


async def test_span_that_ends_before_it_begins_is_refused(api: Client) -> None:
    refused = await put(api, MERCHANT, 1, effective_from="2026-04-01T00:00:00Z", expires_at="2026-04-01T00:00:00Z")

    assert (refused.status, refused.body["errors"][0]["pointer"]) == (422, "/expires_at")


async def test_repeated_request_of_a_value_is_answered_by_the_first(api: Client) -> None:
    token = api.world.token(mfa_age_s=1)
    body = {"tenant_id": MERCHANT, "value": 30}
    made = await api.post(VALUES, body, token=token, key="k")

    again = await api.post(VALUES, body, token=token, key="k")
    other = await api.post(VALUES, body | {"value": 31}, token=token, key="k")

    assert again.body == made.body
    assert again.headers["idempotent-replayed"] == "true"
    assert (other.status, other.code) == (422, "idempotency_key_reused")
    assert await api.world.parameters.version() == 1


async def test_all_values_ever_set_are_returned(api: Client) -> None:
    await put(api, MERCHANT, 30)
    await put(api, MERCHANT, 60)

    page = (await api.get(f"{VALUES}?tenant_id={MERCHANT}")).body

    assert [value["value"] for value in page["data"]] == [60, 30]
    assert page["data"][0]["set_by"] == "platform_admin:1"


async def test_definition_shows_what_may_be_set(api: Client) -> None:
    definition = (await api.get("/v1/parameters/gateway_retry_delays_s")).body

    assert definition["type"] == "integer_list"
    assert definition["default"] == [3, 9, 27, 81, 243]
    assert (definition["minimum"], definition["maximum"], definition["items_max"]) == (1, 86_400, 20)


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/parameters/colour", 404, "parameter_not_found"),
        ("/v1/parameters/colour/values", 404, "parameter_not_found"),
        ("/v1/parameters/resolve?name=colour", 404, "parameter_not_found"),
        ("/v1/parameters/resolve?name=Colour", 400, "invalid_query"),
        ("/v1/parameters/resolve?tenant_id=mer_none", 404, "tenant_not_found"),
        ("/v1/parameters/resolve?at=yesterday", 400, "invalid_query"),
        ("/v1/parameters/resolve?at=9999-12-31T23:59:59Z", 400, "invalid_query"),
    ],
)
async def test_what_is_not_there_is_not_found(api: Client, path: str, status: int, code: str) -> None:
    refused = await api.get(path)

    assert (refused.status, refused.code) == (status, code)


async def test_tenant_outside_of_the_scope_is_not_resolved(api: Client) -> None:
    token = api.world.token("merchant_admin", MERCHANT)

    refused = await api.get(f"/v1/parameters/resolve?tenant_id={OTHER_MERCHANT}", token=token)

    assert (refused.status, refused.code) == (404, "tenant_not_found")
