"""Reason codes over HTTP: the product's own and those that a tenant adds; no others are taken."""

from tests.support.http.site import MERCHANT, ORGANIZATION, OTHER_MERCHANT, Client

from refunds.domain.settings.reason_codes import REASON_CODES


async def added(api: Client, *codes: str, tenant_id: str = ORGANIZATION) -> None:
    """The tenant adds these codes; without any, it takes back what it added."""
    token = api.world.token(mfa_age_s=0)
    body = {"tenant_id": tenant_id, "value": list(codes) or None}
    reply = await api.post("/v1/parameters/reason_codes_added/values", body, token=token)
    assert reply.status == 201, reply.text


async def test_codes_of_the_product_are_listed_with_their_meaning(api: Client) -> None:
    found = (await api.get("/v1/reason-codes")).body["data"]

    assert [one["code"] for one in found] == list(REASON_CODES)
    assert all(one["meaning"] and one["source"] == "product" for one in found)


async def test_code_that_nobody_knows_is_refused_with_those_that_are_known(api: Client) -> None:
    await api.payment()

    refused = await api.refund(amount=10, body={"reason": {"code": "requested_by_custmer"}})

    assert (refused.status, refused.code) == (422, "validation_failed")
    (error,) = refused.body["errors"]
    assert error["pointer"] == "/reason/code"
    assert "requested_by_customer, duplicate" in error["detail"]
    assert (await api.get("/v1/payments/pay_01")).body["refundable_amount"] == 10_000


async def test_code_that_an_organization_added_is_listed_and_taken_for_its_merchants_only(api: Client) -> None:
    await added(api, "damaged_in_transit")
    await api.payment()
    await api.payment("pay_02", merchant_id=OTHER_MERCHANT)
    body = {"reason": {"code": "damaged_in_transit"}}

    taken = await api.refund(amount=10, body=body)
    refused = await api.refund("pay_02", 10, body=body)
    listed = (await api.get(f"/v1/reason-codes?tenant_id={MERCHANT}")).body["data"]
    others = (await api.get(f"/v1/reason-codes?tenant_id={OTHER_MERCHANT}")).body["data"]

    assert (taken.status, taken.body["reason"]["code"]) == (201, "damaged_in_transit")
    assert refused.body["errors"][0]["pointer"] == "/reason/code"
    assert listed[-1] == {"code": "damaged_in_transit", "meaning": None, "source": ORGANIZATION}
    assert [one["code"] for one in others] == list(REASON_CODES)


async def test_refund_stays_readable_listed_and_repeatable_although_its_code_left_the_list(api: Client) -> None:
    await added(api, "damaged_in_transit")
    await api.payment()
    body = {"reason": {"code": "damaged_in_transit"}, "submit": False}
    made = await api.refund(amount=10, body=body, key="first")

    api.world.clock.advance(seconds=1)
    await added(api)
    read = await api.get(f"/v1/refunds/{made.body['id']}")
    listed = (await api.get("/v1/refunds?reason=damaged_in_transit")).body["data"]
    repeated = await api.refund(amount=10, body=body, key="first")
    another = await api.refund(amount=10, body=body)
    submitted = await api.post(f"/v1/refunds/{made.body['id']}/submit", {})

    assert read.body["reason"]["code"] == "damaged_in_transit"
    assert [row["id"] for row in listed] == [made.body["id"]]
    assert (repeated.status, repeated.body["id"]) == (201, made.body["id"])
    assert another.body["errors"][0]["pointer"] == "/reason/code"
    assert submitted.status == 200


async def test_code_of_refunds_made_at_the_gateway_is_no_callers(api: Client) -> None:
    await added(api, "made_at_gateway")
    await api.payment()

    refused = await api.refund(amount=10, body={"reason": {"code": "made_at_gateway"}})

    assert refused.body["errors"][0]["pointer"] == "/reason/code"
    assert "made_at_gateway" not in (await api.get(f"/v1/reason-codes?tenant_id={MERCHANT}")).text


async def test_added_code_has_the_form_of_a_code(api: Client) -> None:
    token = api.world.token(mfa_age_s=0)
    body = {"tenant_id": ORGANIZATION, "value": ["Damaged in transit"]}

    refused = await api.post("/v1/parameters/reason_codes_added/values", body, token=token)

    assert (refused.status, refused.code) == (422, "value_out_of_range")
    assert "damaged_in_transit" in refused.body["detail"]


async def test_reason_codes_of_a_foreign_tenant_are_not_found(api: Client) -> None:
    token = api.world.token("merchant_admin", MERCHANT)

    assert (await api.get(f"/v1/reason-codes?tenant_id={OTHER_MERCHANT}", token=token)).status == 404
