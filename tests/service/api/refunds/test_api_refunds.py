"""Refunds over HTTP: asked for, read, listed, changed, and why they wait."""

import asyncio

import pytest
from tests.support.http.site import OTHER_MERCHANT, Client


async def test_refund_is_created_and_read_back(api: Client) -> None:
    await api.payment()

    made = await api.refund(amount=2_500, body={"currency": "EUR", "metadata": {"ticket": "7"}})
    read = await api.get(f"/v1/refunds/{made.body['id']}")

    assert made.status == 201
    assert made.headers["location"] == f"/v1/refunds/{made.body['id']}"
    assert made.headers["etag"] == read.headers["etag"] == '"2"'
    assert read.body == made.body
    assert made.body["status"] == "processing"
    assert made.body["destination"] == {"type": "credit_card", "brand": "visa", "last4": "4242"}
    assert made.body["metadata"] == {"ticket": "7"}
    assert made.body["attempts"][0]["outcome"] == "open"
    assert made.body["created_at"].endswith("Z")
    payment = await api.get("/v1/payments/pay_01")
    assert (payment.body["reserved_amount"], payment.body["refundable_amount"]) == (2_500, 7_500)


async def test_refund_without_amount_takes_all_that_is_left(api: Client) -> None:
    await api.payment()
    await api.refund(amount=1)

    rest = await api.refund()

    assert rest.body["amount"] == 9_999


async def test_refund_over_what_is_left_is_refused(api: Client) -> None:
    await api.payment()
    await api.refund(amount=6_000)

    refused = await api.refund(amount=6_000)

    assert (refused.status, refused.code) == (422, "amount_exceeds_refundable")
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.body["errors"][0]["pointer"] == "/amount"
    assert refused.body["instance"] == "/v1/refunds"
    assert refused.body["request_id"] == refused.headers["x-request-id"]


async def test_one_of_sixty_four_refunds_of_sixty_on_a_hundred_succeeds(api: Client) -> None:
    await api.payment(amount=100)

    replies = await asyncio.gather(*(api.refund(amount=60) for _ in range(64)))

    assert sorted(reply.status for reply in replies) == [201] + [422] * 63


async def test_same_key_and_body_give_the_same_refund(api: Client) -> None:
    await api.payment()

    replies = await asyncio.gather(*(api.refund(amount=60, key="same") for _ in range(50)))

    assert {reply.status for reply in replies} == {201}
    assert len({reply.text for reply in replies}) == 1
    assert sum("idempotent-replayed" not in reply.headers for reply in replies) == 1


async def test_repeated_request_is_answered_as_the_first_after_the_refund_went_on(api: Client) -> None:
    await api.payment()
    first = await api.refund(amount=60, key="same", body={"submit": False})
    await api.post(f"/v1/refunds/{first.body['id']}/cancel")

    again = await api.refund(amount=60, key="same", body={"submit": False})

    assert (again.status, again.text) == (first.status, first.text)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["location"] == first.headers["location"]
    assert "etag" not in again.headers
    assert (await api.get(f"/v1/refunds/{first.body['id']}")).body["status"] == "canceled"


async def test_body_written_in_another_way_is_the_same_body(api: Client) -> None:
    await api.payment()
    first = await api.refund(amount=60, key="same", body={"metadata": {"a": "1", "b": "2"}})
    text = (
        b'{"metadata":{"b":"2","a":"1"}, "reason":{"code":"requested_by_customer"}, "amount":60,"payment_id":"pay_01"}'
    )

    again = await api.post("/v1/refunds", data=text, key="same", headers={"Content-Type": "application/json"})

    assert again.body == first.body
    assert again.headers["idempotent-replayed"] == "true"


async def test_same_key_with_another_body_is_refused(api: Client) -> None:
    await api.payment()
    await api.payment("pay_02")
    await api.refund(amount=60, key="same")

    for body in ({"amount": 61}, {"payment_id": "pay_02", "amount": 60}):
        refused = await api.refund(body=body, key="same")
        assert (refused.status, refused.code) == (422, "idempotency_key_reused")


@pytest.mark.parametrize("key", ["", "x" * 256, "schlüssel", "tab\there"])
async def test_creating_without_a_good_idempotency_key_is_refused(api: Client, key: str) -> None:
    await api.payment()

    refused = await api.refund(amount=60, headers={"Idempotency-Key": key})

    assert (refused.status, refused.code) == (400, "invalid_header")
    assert "Idempotency-Key" in refused.body["detail"]


async def test_foreign_payment_in_a_body_is_not_found(api: Client) -> None:
    await api.payment()
    stranger = api.world.token("merchant_admin", OTHER_MERCHANT)

    refused = await api.refund(amount=60, token=stranger)

    assert (refused.status, refused.code) == (404, "payment_not_found")


async def test_foreign_refund_is_not_found_by_any_route(api: Client) -> None:
    await api.payment()
    refund_id = (await api.refund(amount=60)).body["id"]
    stranger = api.world.token("merchant_admin", OTHER_MERCHANT)

    for method, part, body in (
        ("GET", "", None),
        ("GET", "/events", None),
        ("GET", "/why", None),
        ("POST", "/cancel", None),
        ("POST", "/submit", None),
        ("POST", "/approvals", {"decision": "approve"}),
    ):
        refused = await api.call(method, f"/v1/refunds/{refund_id}{part}", body, token=stranger)
        assert (refused.status, refused.code) == (404, "refund_not_found"), part
    assert (await api.get("/v1/refunds", token=stranger)).body["data"] == []


async def test_events_show_what_happened_in_order(api: Client) -> None:
    await api.payment()
    refund_id = (await api.refund(amount=60)).body["id"]

    events = (await api.get(f"/v1/refunds/{refund_id}/events")).body

    assert [event["type"] for event in events["data"]] == ["refund.requested", "refund.ready"]
    assert events["next_cursor"] is None
    assert events["data"][0]["actor"] == "platform_admin:1"


async def test_why_names_who_has_to_act_next(api: Client) -> None:
    await api.payment(amount=200_000)
    large = (await api.refund(amount=150_000)).body["id"]
    small = (await api.refund(amount=60)).body["id"]

    waiting = (await api.get(f"/v1/refunds/{large}/why")).body
    sent = (await api.get(f"/v1/refunds/{small}/why")).body

    assert (waiting["status"], waiting["waits_for"], waiting["next_at"]) == ("pending_approval", "approver", None)
    assert (sent["status"], sent["waits_for"]) == ("processing", "gateway")
    assert sent["next_at"].endswith("Z")


async def test_all_violations_are_answered_at_once(api: Client) -> None:
    await api.payment(captured_at="2025-01-01T00:00:00+02:00", payment_method={"type": "ach", "token": "tok_ok"})

    refund = (await api.refund(amount=60)).body

    assert refund["status"] == "validation_failed"
    assert {v["code"] for v in refund["violations"]} == {"refund_window_passed", "partial_refund_not_supported"}


async def test_line_items_must_sum_to_the_amount(api: Client) -> None:
    await api.payment()
    items = [{"id": "a", "amount": 30, "tax_amount": 5}, {"id": "b", "amount": 31}]

    refused = await api.refund(amount=60, body={"line_items": items})
    accepted = await api.refund(amount=61, body={"line_items": items})
    taxed = await api.refund(amount=61, body={"line_items": [{"id": "a", "amount": 61, "tax_amount": 62}]})

    assert (refused.status, refused.code) == (422, "line_items_do_not_sum")
    assert accepted.body["line_items"][0]["tax_amount"] == 5
    assert taxed.body["errors"][0]["pointer"] == "/line_items/0/tax_amount"


@pytest.mark.parametrize("field", ["amount", "currency", "method", "line_items", "metadata", "submit", "reason"])
async def test_null_is_no_value_of_any_field_of_a_refund(api: Client, field: str) -> None:
    await api.payment()

    refused = await api.refund(body={"amount": 100, "currency": "EUR", field: None})

    assert (refused.status, refused.body["errors"][0]["pointer"]) == (422, f"/{field}")
    assert (await api.get("/v1/payments/pay_01")).body["refundable_amount"] == 10_000


@pytest.mark.parametrize("method", ["balance", "other", "cash"])
async def test_method_that_cannot_be_paid_out_is_refused_with_what_can(api: Client, method: str) -> None:
    await api.payment()

    refused = await api.refund(body={"method": method})

    assert (refused.status, refused.body["errors"]) == (
        422,
        [
            {
                "pointer": "/method",
                "code": "invalid",
                "detail": "Must be original_payment, which is the only possible value so far.",
            }
        ],
    )
    assert (await api.get("/v1/payments/pay_01")).body["refundable_amount"] == 10_000


async def test_method_that_can_be_paid_out_is_taken(api: Client) -> None:
    await api.payment()

    assert (await api.refund(amount=1, body={"method": "original_payment"})).body["method"] == "original_payment"


async def test_amount_of_null_is_answered_with_what_leaving_it_out_means(api: Client) -> None:
    await api.payment()

    refused = await api.refund(body={"amount": None})

    assert refused.body["errors"] == [
        {
            "pointer": "/amount",
            "code": "invalid",
            "detail": "Must be an integer, not null. To refund the whole amount that is left, leave the amount out.",
        }
    ]


async def test_documented_requests_take_null_nowhere_but_as_the_value_of_a_parameter(api: Client) -> None:
    schemas = (await api.get("/openapi.json")).body["components"]["schemas"]

    takes_null = [
        (name, field)
        for name, schema in schemas.items()
        if name.endswith("Body")
        for field, of in schema["properties"].items()
        if {"type": "null"} in of.get("anyOf", [])
    ]

    assert takes_null == [("SetValueBody", "value")]
    assert "the whole refundable amount" in schemas["CreateRefundBody"]["properties"]["amount"]["description"]
