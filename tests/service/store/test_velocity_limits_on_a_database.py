"""Limits of a day and of a week, held over HTTP on a real database."""

import asyncio
import json

import pytest
from tests.support.http.site import BANK, MERCHANT, Client
from tests.support.http.stored_site import approve, put
from tests.support.payments.money_limits import amounts


async def debit_payment(site: Client, amount: int = 5_000_000) -> None:
    recorded = await site.payment(amount=amount, payment_method={"type": "debit_card", "token": "tok_ok"})
    assert recorded.status == 201


async def test_debit_card_is_refunded_up_to_its_daily_limit_and_again_a_day_later(site: Client) -> None:
    await debit_payment(site)
    await put(site, "auto_approval_below", amounts(10**6))
    first = await site.refund(amount=950_000)

    refused = await site.refund(amount=50_001)
    rest = await site.refund(amount=50_000)
    site.world.clock.advance(days=1)
    next_day = await site.refund(amount=1_000_000)

    assert (first.status, rest.status, next_day.status) == (201, 201, 201)
    assert (refused.status, refused.code) == (422, "period_limit_exceeded")
    assert refused.body["errors"][0]["pointer"] == "/amount"
    assert "in 24 hours. Of this limit, 9,500.00 EUR is used" in refused.body["detail"]
    assert "wait until 2026-03-02 12:00:01 UTC" in refused.body["detail"]


async def test_of_many_requests_at_once_only_as_many_pass_as_the_limit_holds(site: Client) -> None:
    await debit_payment(site)
    await put(site, "debit_card_daily_max", amounts(100))

    replies = await asyncio.gather(*(site.refund(amount=3_000) for _ in range(24)))

    assert sorted(reply.status for reply in replies) == [201] * 3 + [422] * 21
    assert {reply.code for reply in replies if reply.status == 422} == {"period_limit_exceeded"}
    assert (await site.get("/v1/payments/pay_01")).body["reserved_amount"] == 9_000


async def test_canceled_draft_and_refund_give_the_room_back(site: Client) -> None:
    await debit_payment(site)
    await put(site, "debit_card_daily_max", amounts(2_000))
    await put(site, "auto_approval_below", amounts(1))
    draft = (await site.refund(amount=200_000, body={"submit": False})).body["id"]
    waits = (await site.refund(amount=200_000)).body["id"]

    refused = await site.post(f"/v1/refunds/{draft}/submit")
    why = await site.get(f"/v1/refunds/{draft}/why")
    await site.post(f"/v1/refunds/{waits}/cancel")
    handed_in = await site.post(f"/v1/refunds/{draft}/submit")

    assert (refused.status, refused.code) == (422, "period_limit_exceeded")
    assert "If the draft were submitted now, the service would refuse it" in why.body["because"]
    assert handed_in.body["status"] == "pending_approval"


async def test_limit_lowered_while_a_refund_waits_is_named_at_its_approval(site: Client) -> None:
    await debit_payment(site)
    refund_id = (await site.refund(amount=200_000)).body["id"]
    await put(site, "debit_card_weekly_max", amounts(1_500))

    refused = await approve(site, refund_id, "ben")
    why = await site.get(f"/v1/refunds/{refund_id}/why")

    assert (refused.status, refused.code) == (422, "period_limit_exceeded")
    assert "The limit for refunds of one payment by debit card is 1,500.00 EUR in 7 days" in refused.body["detail"]
    assert why.body["because"].startswith("The refund cannot be approved while a rule blocks it. The limit ")


@pytest.mark.parametrize("is_dry", [True, False])
async def test_file_is_compared_with_the_limit_row_by_row_also_in_a_dry_run(site: Client, is_dry: bool) -> None:
    await debit_payment(site)
    await put(site, "debit_card_daily_max", amounts(100))
    rows = b"payment_id,amount,reason_code\npay_01,6000,duplicate\npay_01,6000,goodwill\npay_01,4000,fraudulent\n"

    path = f"/v1/refunds/bulk{'?dry_run=true' if is_dry else ''}"
    reply = await site.post(path, data=rows, headers={"Content-Type": "text/csv"})

    lines = [json.loads(line) for line in reply.text.splitlines()]
    refused = [line["error"]["code"] for line in lines if line["outcome"] == "refused"]
    assert refused == ["period_limit_exceeded"]
    assert sum(line["amount"] for line in lines if line["outcome"] != "refused") == 10_000


async def test_merchant_limits_what_is_refunded_by_any_method_and_a_card_without_limit_has_none(site: Client) -> None:
    await site.payment(amount=5_000_000)
    free = await site.refund(amount=2_500_000)
    await put(site, "refund_daily_max", amounts(26_000), MERCHANT)

    refused = await site.refund(amount=100_001)
    fits = await site.refund(amount=100_000)

    assert (free.status, fits.status) == (201, 201)
    assert (refused.status, refused.code) == (422, "period_limit_exceeded")
    assert "raise refund_daily_max" in refused.body["detail"]


async def test_limits_of_debit_cards_are_defined_with_defaults_and_only_sponsors_loosen_them(site: Client) -> None:
    found = (await site.get("/v1/parameters/debit_card_daily_max")).body
    body = {"tenant_id": MERCHANT, "value": {"USD": 1_000_001}}
    token = site.world.token(mfa_age_s=1)

    loosened = await site.call("PUT", "/v1/parameters/debit_card_daily_max/values", body, token=token)
    await put(site, "debit_card_daily_max", amounts(1_000_000), BANK)

    assert (found["type"], found["base_currency"], found["minimum"], found["maximum"]) == ("amounts", "USD", 1, 10**15)
    assert {code: found["default"][code] for code in ("USD", "EUR", "JPY", "KRW", "IDR", "KWD")} == {
        "USD": 1_000_000,
        "EUR": 1_000_000,
        "JPY": 1_500_000,
        "KRW": 13_000_000,
        "IDR": 18_000_000_000,
        "KWD": 3_000_000,
    }
    assert (found["is_overridable"], found["is_sensitive"]) == (True, False)
    assert loosened.status == 422
