"""Limits that change while refunds wait, and limits of periods: over HTTP, with payments and parameters in MongoDB."""

from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.support.adapters.relays import relay_of, run_dry
from tests.support.http.site import BANK, MERCHANT, Client
from tests.support.http.stored_site import approve, put
from tests.support.payments.money_limits import amounts

from refunds.domain.settings.parameters import ParameterSnapshot


async def waiting_refund(site: Client, amount: int = 200_000) -> str:
    await site.payment(amount=500_000)
    made = await site.refund(amount=amount, key="first")
    assert (made.body["status"], made.body["approvals_required"]) == ("pending_approval", 1)
    return str(made.body["id"])


async def test_approvals_raised_while_a_refund_waits_are_all_needed(site: Client) -> None:
    refund_id = await waiting_refund(site)
    before = (await site.refund(amount=200_000, key="first")).text
    await put(site, "approvals_required", 3)

    read = await site.get(f"/v1/refunds/{refund_id}")
    why = await site.get(f"/v1/refunds/{refund_id}/why")
    approved = [await approve(site, refund_id, by) for by in ("ben", "eva", "ida")]

    assert (read.body["approvals_required"], read.body["approvals"]) == (3, [])
    assert "Approvals that this refund needs: 3. Approvals that it has: 0. " in why.body["because"]
    assert why.body["because"].endswith("When the refund was requested, it needed fewer approvals (1).")
    assert [reply.body["status"] for reply in approved] == ["pending_approval", "pending_approval", "processing"]
    assert [reply.body["approvals_required"] for reply in approved] == [3, 3, 3]
    assert (await site.get(f"/v1/refunds/{refund_id}")).body["approvals_required"] == 3
    assert (await site.refund(amount=200_000, key="first")).text == before


async def test_approvals_lowered_while_a_refund_waits_let_nobody_off(site: Client) -> None:
    refund_id = await waiting_refund(site)
    await put(site, "approvals_required", 2)
    first = await approve(site, refund_id, "ben")
    await put(site, "approvals_required", 1)

    why = await site.get(f"/v1/refunds/{refund_id}/why")
    second = await approve(site, refund_id, "eva")

    assert first.body["status"] == "pending_approval"
    assert "Approvals that this refund needs: 2. Approvals that it has: 1. " in why.body["because"]
    assert why.body["because"].endswith("When the refund was requested, it needed fewer approvals (1).")
    assert second.body["status"] == "processing"


async def test_maximum_lowered_while_a_refund_waits_is_named_by_the_refusal_and_by_why(site: Client) -> None:
    refund_id = await waiting_refund(site)
    await put(site, "refund_amount_max", amounts(1_500))

    refused = await approve(site, refund_id, "ben")
    why = await site.get(f"/v1/refunds/{refund_id}/why")
    await put(site, "refund_amount_max", amounts(2_000))
    approved = await approve(site, refund_id, "ben")

    assert (refused.status, refused.code) == (422, "refund_amount_above_maximum")
    assert refused.body["title"] == "The amount is above the maximum for a single refund"
    assert refused.body["errors"][0]["pointer"] == "/amount"
    assert "requested for 2,000.00 EUR, but the maximum for one refund is 1,500.00 EUR." in refused.body["detail"]
    assert why.body["because"].startswith(
        "The refund cannot be approved while a rule blocks it. The refund was requested for 2,000.00 EUR"
    )
    assert "refund_amount_max" in why.body["next"]
    assert approved.body["status"] == "processing"


async def test_all_rules_that_block_an_approval_are_named_with_their_codes(site: Client) -> None:
    refund_id = await waiting_refund(site)
    await put(site, "refund_amount_max", amounts(1_500))
    await put(site, "refund_methods_allowed", ["balance"])

    refused = await approve(site, refund_id, "ben")

    told = [(error["code"], error["pointer"]) for error in refused.body["errors"]]
    assert told == [("refund_amount_above_maximum", "/amount"), ("refund_method_not_allowed", "/method")]
    assert "the maximum for one refund is 1,500.00 EUR" in refused.body["detail"]
    assert "original_payment are not allowed for this merchant" in refused.body["detail"]


@pytest.mark.parametrize("code", ["XTS", "BGN"])
async def test_payment_in_a_currency_that_left_the_table_is_read_refunded_and_refused_with_a_problem(
    site: Client, database: AsyncDatabase[Any], code: str
) -> None:
    """XTS is in no table, as if a release had dropped it without a word; BGN is among the retired ones."""
    await site.payment(amount=500_000)
    waiting = (await site.refund(amount=200_000, key="first")).body["id"]
    await database["payments"].update_many({}, {"$set": {"currency": code}})

    read = await site.get(f"/v1/refunds/{waiting}")
    why = await site.get(f"/v1/refunds/{waiting}/why")
    payment = await site.get(f"/v1/payments/{read.body['payment_id']}")
    small = await site.refund(amount=5, key="second")
    large = await site.refund(amount=10**9, key="third")

    assert (read.status, read.body["currency"], payment.status, why.status) == (200, code, 200, 200)
    assert (small.status, small.body["status"]) == (201, "processing")
    assert (large.status, large.code) == (422, "amount_exceeds_refundable")
    assert large.headers["content-type"] == "application/problem+json"
    amount = "1,000,000,000 minor units of XTS" if code == "XTS" else f"10,000,000.00 {code}"
    assert large.body["detail"].startswith(f"The refund was requested for {amount}, but only ")


async def test_payment_captured_while_its_currency_was_money_is_recorded_and_a_later_one_is_not(site: Client) -> None:
    body = {
        "merchant_id": MERCHANT,
        "captured_amount": 1_000,
        "currency": "BGN",
        "payment_method": {"type": "credit_card", "token": "tok_ok"},
        "gateway": "sandbox",
    }

    taken, refused = [
        await site.call("POST", "/v1/payments", {**body, "gateway_payment_id": at, "captured_at": at}, key=at)
        for at in ("2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z")
    ]

    assert (taken.status, taken.body["currency"]) == (201, "BGN")
    assert (refused.status, refused.body["errors"][0]["pointer"]) == (422, "/currency")


async def test_value_that_an_earlier_release_stored_holds_as_an_amount_of_the_base_currency(
    site: Client, database: AsyncDatabase[Any]
) -> None:
    await put(site, "auto_approval_below", {"USD": 5_000})
    await database["parameter_values"].update_many({}, {"$set": {"name": "auto_approval_below_major", "value": 50}})
    site.world.config_cache.snapshot = ParameterSnapshot(-1, ())
    await site.world.config_cache.refresh()

    shown = (await site.get(f"/v1/parameters/resolve?name=auto_approval_below&tenant_id={MERCHANT}")).body
    await site.payment(amount=500_000)
    refunds = [await site.refund(amount=amount, key=str(amount)) for amount in (4_474, 4_475)]

    assert (shown["value"]["USD"], shown["source"]) == (5_000, BANK)
    assert [refund.body["status"] for refund in refunds] == ["processing", "pending_approval"]


async def test_limit_beyond_32_bits_is_read_resolved_replayed_and_enforced(site: Client) -> None:
    value = {"USD": 100_000, "EUR": 90_000, "IDR": 5_000_000_000}
    body = {"tenant_id": BANK, "value": value}
    token = site.world.token(mfa_age_s=1)
    await site.payment(amount=10**12, currency="IDR")

    made = await site.post("/v1/parameters/refund_amount_max/values", body, token=token, key="large")
    await site.world.config_cache.refresh()
    again = await site.post("/v1/parameters/refund_amount_max/values", body, token=token, key="large")
    values = await site.get(f"/v1/parameters/refund_amount_max/values?tenant_id={BANK}")
    resolved = await site.get(f"/v1/parameters/resolve?tenant_id={MERCHANT}&name=refund_amount_max")

    assert (made.status, again.status, again.body["id"]) == (201, 201, made.body["id"])
    assert values.body["data"][0]["value"] == value
    assert resolved.body["value"] == value
    above, at = await site.refund(amount=5_000_000_001), await site.refund(amount=5_000_000_000)
    assert (above.body["status"], at.body["violations"]) == ("validation_failed", [])
    assert [violation["code"] for violation in above.body["violations"]] == ["refund_amount_above_maximum"]


async def test_page_that_holds_a_refund_beyond_32_bits_is_answered(site: Client, database: AsyncDatabase[Any]) -> None:
    await site.payment(amount=10**12, currency="IDR")
    await site.refund(amount=2**31)
    await run_dry(relay_of(database), database)

    page = await site.get("/v1/refunds?limit=20")

    assert (page.status, [row["amount"] for row in page.body["data"]]) == (200, [2**31])
