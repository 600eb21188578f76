"""Payments and tenants over HTTP."""

from typing import Any

import pytest
from tests.support.http.site import MERCHANT, ORGANIZATION, OTHER_MERCHANT, Client


async def test_payment_is_recorded_and_read_back(api: Client) -> None:
    made = await api.payment(customer_id="cus_1", line_items=[{"id": "a", "amount": 10_000, "tax_amount": 1}])
    read = await api.get("/v1/payments/pay_01")

    assert made.status == 201
    assert made.headers["etag"] == '"1"'
    assert made.body == read.body
    assert read.body["captured_at"] == "2026-02-20T10:00:00Z"
    assert read.body["dispute"] == "none"


async def test_payment_without_id_is_given_one(api: Client) -> None:
    body = {
        "merchant_id": MERCHANT,
        "captured_amount": 1,
        "currency": "JPY",
        "payment_method": {"type": "paypal"},
        "gateway": "sandbox",
        "gateway_payment_id": "gw_1",
        "captured_at": "2026-02-28T23:30:00-01:00",
    }

    made = await api.post("/v1/payments", body, key="k")
    again = await api.post("/v1/payments", body, key="k")

    assert made.body["id"].startswith("pay_")
    assert made.body["captured_at"] == "2026-03-01T00:30:00Z"
    assert again.body == made.body
    assert again.headers["idempotent-replayed"] == "true"


async def test_repeated_recording_is_answered_as_the_first_after_a_refund(api: Client) -> None:
    first = await api.payment(key="same")
    await api.refund(amount=60)

    again = await api.payment(key="same")

    assert (again.status, again.text) == (first.status, first.text)
    assert again.headers["etag"] == first.headers["etag"] == '"1"'
    assert (await api.get("/v1/payments/pay_01")).body["reserved_amount"] == 60


async def test_recorded_payment_is_not_recorded_twice(api: Client) -> None:
    await api.payment()

    same_id = await api.payment(gateway_payment_id="other")
    same_capture = await api.payment("pay_02", gateway_payment_id="gw_pay_01")

    assert (same_id.status, same_id.code, same_id.body["errors"][0]["pointer"]) == (409, "already_exists", "/id")
    assert same_capture.body["errors"][0]["pointer"] == "/gateway_payment_id"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"captured_amount": 0}, "/captured_amount"),
        ({"captured_amount": -5}, "/captured_amount"),
        ({"captured_amount": 10**15 + 1}, "/captured_amount"),
        ({"captured_amount": 10**400}, "/captured_amount"),
        ({"captured_amount": 1.5}, "/captured_amount"),
        ({"captured_amount": "100"}, "/captured_amount"),
        ({"captured_amount": None}, "/captured_amount"),
        ({"currency": "XXX"}, "/currency"),
        ({"currency": "eur"}, "/currency"),
        ({"captured_at": "2026-03-01T13:00:00Z"}, "/captured_at"),
        ({"captured_at": "2026-02-20T10:00:00"}, "/captured_at"),
        ({"captured_at": "0001-01-01T00:00:00+14:00"}, "/captured_at"),
        ({"id": "pay_"}, "/id"),
        ({"id": "pay_a\n"}, "/id"),
        ({"id": "ref_1"}, "/id"),
        ({"gateway": "Sandbox"}, "/gateway"),
        ({"gateway": "stripe"}, "/gateway"),
        ({"gateway_payment_id": ""}, "/gateway_payment_id"),
        ({"gateway_payment_id": "."}, "/gateway_payment_id"),
        ({"gateway_payment_id": ".."}, "/gateway_payment_id"),
        ({"payment_method": {"type": "cash", "token": "t"}}, "/payment_method/type"),
        ({"payment_method": {"type": "ach", "token": "4242424242424242"}}, "/payment_method/token"),
        ({"payment_method": {"type": "ach", "token": "4242 4242 4242 4242"}}, "/payment_method/token"),
        ({"payment_method": {"type": "ach", "pan": "1"}}, "/payment_method/pan"),
        ({"metadata": {"a.b": "c"}}, "/metadata"),
        ({"metadata": {"card": "4111 1111 1111 1111"}}, "/metadata/card"),
        ({"customer_id": "4111111111111111"}, "/customer_id"),
        ({"metadata": {"4111111111111111": "x"}}, "/metadata"),
        ({"metadata": {"note": "card4111111111111111x"}}, "/metadata/note"),
        ({"gateway_payment_id": "4111111111111111"}, "/gateway_payment_id"),
        ({"payment_method": {"type": "credit_card", "brand": "visa 4111 1111 1111 1111"}}, "/payment_method/brand"),
        ({"line_items": [{"id": "a", "amount": 1, "description": "4111111111111111"}]}, "/line_items/0/description"),
        ({"payment_method": {"type": "credit_card", "token": "card:4111-1111-1111-1111"}}, "/payment_method/token"),
        ({"metadata": {"a": "c" * 201}}, "/metadata"),
        ({"metadata": {"a": "\x00"}}, "/metadata/a"),
        ({"metadata": {f"k{n}": "v" for n in range(21)}}, "/metadata"),
        ({"line_items": [{"id": "a", "amount": 1}] * 101}, "/line_items"),
        ({"line_items": [{"id": "a", "amount": 1, "quantity": 0}]}, "/line_items/0/quantity"),
        ({"colour": "red"}, "/colour"),
    ],
)
async def test_field_that_breaks_a_rule_is_named(api: Client, changes: dict[str, Any], pointer: str) -> None:
    refused = await api.payment(**changes)

    assert (refused.status, refused.code) == (422, "validation_failed")
    assert refused.body["errors"][0]["pointer"] == pointer
    assert not list(api.world.payments.all())


async def test_payment_of_an_unknown_or_foreign_merchant_is_refused(api: Client) -> None:
    service = api.world.token("service", MERCHANT)

    for merchant_id in ("mer_none", ORGANIZATION, OTHER_MERCHANT):
        refused = await api.payment(merchant_id=merchant_id, token=service, id=None)
        assert (refused.status, refused.code) == (404, "tenant_not_found")


async def test_only_the_platform_chooses_the_id_of_a_payment_and_others_learn_none(api: Client) -> None:
    await api.payment("pay_taken")
    service = api.world.token("service", OTHER_MERCHANT)

    for id_ in ("pay_taken", "pay_free"):
        refused = await api.payment(id_, merchant_id=OTHER_MERCHANT, gateway_payment_id=f"gw_{id_}_2", token=service)
        assert (refused.status, refused.body["errors"][0]["code"]) == (422, "not_choosable")


async def test_capture_recorded_before_is_refused_alike_whosever_it_is(api: Client) -> None:
    own = {"id": None, "merchant_id": OTHER_MERCHANT, "token": api.world.token("service", OTHER_MERCHANT)}
    await api.payment("pay_foreign", gateway_payment_id="gw_foreign")
    await api.payment(gateway_payment_id="gw_own", **own)

    foreign, mine = [await api.payment(gateway_payment_id=f"gw_{whose}", **own) for whose in ("foreign", "own")]

    assert (foreign.status, foreign.code) == (409, "already_exists")
    assert foreign.body | {"request_id": ""} == mine.body | {"request_id": ""}


@pytest.mark.parametrize("payment_id", ["pay_none", "x", "pay_%00", "%ff", "pay_" + "a" * 41])
async def test_unknown_payment_is_not_found(api: Client, payment_id: str) -> None:
    assert (await api.get(f"/v1/payments/{payment_id}")).status == 404


async def test_payment_with_more_in_lines_than_was_captured_is_refused(api: Client) -> None:
    items = [{"id": "a", "amount": 10_000, "quantity": 3}, {"id": "b", "amount": 89_999}]

    refused = await api.payment(line_items=items)
    whole = await api.payment("pay_02", line_items=items[:1])
    with_shipping = await api.payment("pay_03", line_items=[{"id": "a", "amount": 9_000}])

    assert (refused.status, refused.code) == (422, "line_items_exceed_captured")
    assert refused.body["errors"][0]["pointer"] == "/line_items/1/amount"
    assert "999.99 EUR" in refused.body["detail"]
    assert "100.00 EUR was captured" in refused.body["detail"]
    assert (whole.status, with_shipping.status) == (201, 201)
    assert (await api.get("/v1/payments/pay_01")).status == 404
