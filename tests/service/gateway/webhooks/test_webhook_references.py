"""Which refund a webhook is about, and what becomes of one that is about none of ours."""

import asyncio
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from structlog.testing import capture_logs
from tests.support.gateway.gateway_endpoint import GatewayEndpoint, notice_of
from tests.support.gateway.notices import a_notice

from refunds.domain import ids
from refunds.domain.payment.payment import Payment
from refunds.domain.payment.states import Status
from refunds.domain.tenancy import ALL_TENANTS

Database = AsyncDatabase[Any]

TAKEN = 204

PATIENCE_S = 20.0


async def test_unknown_reference_is_not_found_and_nothing_is_stored(endpoint: GatewayEndpoint) -> None:
    """10: neither taken nor adopted; a refund that is stored a moment later is found at the next delivery."""
    payment = await endpoint.shop.capture()
    before = await endpoint.present(payment)
    known = await endpoint.shop.refund(await endpoint.shop.capture())

    for reference in ("att_unknown", known.attempts[0].id[:-2] + "02", "att_" + "0" * 30, "x", "att_"):
        notice = a_notice(reference=reference, gateway_payment_id=payment.gateway_payment_id, currency="EUR")
        assert await endpoint.deliver(notice) in (404, 422)

    assert await endpoint.present(payment) == before


async def test_unknown_payment_of_a_webhook_is_answered_without_scopes(endpoint: GatewayEndpoint) -> None:
    """A gateway has no scope and no token: it is told what the webhook names, and what to do."""
    payment = await endpoint.shop.capture()
    refund = await endpoint.shop.refund(payment)
    elsewhere = ids.attempt_id(refund.id[:-2] + "02", 1)

    details = [
        await endpoint.detail_of(a_notice(reference=elsewhere, gateway_payment_id="", currency="EUR")),
        await endpoint.detail_of(a_notice(reference=None, gateway_payment_id="gp_nobody", currency="EUR")),
        await endpoint.detail_of(a_notice(), gateway="gw_nobody"),
    ]

    for detail, named in zip(details, ("refund", "gp_nobody", "gw_nobody"), strict=True):
        assert named in detail
        assert "scope" not in detail
        assert "token" not in detail
    assert endpoint.codes == ["notice_of_nothing_known"] * 3


async def test_reference_of_another_payment_is_refused_and_neither_changes(endpoint: GatewayEndpoint) -> None:
    """10: of another payment of the same merchant, and of another tenant's."""
    payment = await endpoint.shop.capture()
    refund = await endpoint.shop.refund(payment)
    for other in (await endpoint.shop.capture(), await endpoint.shop.capture(merchant_id="mer_9", bank="bnk_9")):
        other_refund = await endpoint.shop.refund(other)
        mixed = notice_of(payment, refund) | {}
        mixed["data"] |= {"gateway_payment_id": other.gateway_payment_id}
        theirs = notice_of(payment, other_refund)

        statuses = [await endpoint.deliver(mixed), await endpoint.deliver(theirs)]

        assert statuses == [422, 422]
        assert (await endpoint.refund_of(payment)).status is Status.PROCESSING
        assert (await endpoint.refund_of(other)).status is Status.PROCESSING


async def test_refund_is_found_by_our_reference_where_the_payment_is_not_named(endpoint: GatewayEndpoint) -> None:
    """8: our own reference says where it lives."""
    payment = await endpoint.shop.capture()
    refund = await endpoint.shop.refund(payment)

    assert await endpoint.deliver(notice_of(payment, refund, gateway_payment_id="")) == TAKEN
    assert (await endpoint.refund_of(payment)).status is Status.COMPLETED


async def test_unknown_payment_is_not_found(endpoint: GatewayEndpoint) -> None:
    """10."""
    assert await endpoint.deliver(a_notice(reference=None, gateway_payment_id="gp_nobody", currency="EUR")) == 404


async def test_webhook_with_another_amount_or_currency_is_refused(endpoint: GatewayEndpoint) -> None:
    """10: it can only be of something else."""
    payment = await endpoint.shop.capture()
    refund = await endpoint.shop.refund(payment)

    statuses = [
        await endpoint.deliver(notice_of(payment, refund, amount=refund.amount + 1)),
        await endpoint.deliver(notice_of(payment, refund, currency="USD")),
    ]

    assert statuses == [422, 422]
    assert (await endpoint.refund_of(payment)).status is Status.PROCESSING


async def test_webhook_of_another_object_changes_nothing_and_is_not_delivered_again(endpoint: GatewayEndpoint) -> None:
    """10: a capture of the same payment succeeded as well, and is no refund."""
    payment = await endpoint.shop.capture(1_000)
    capture = a_notice(reference=None, gateway_payment_id=payment.gateway_payment_id, amount=1_000, currency="EUR") | {
        "type": "payment.succeeded"
    }

    assert await endpoint.deliver(capture) == TAKEN
    assert (await endpoint.present(payment)).refunds == ()


async def test_webhook_of_another_object_is_refused(endpoint: GatewayEndpoint) -> None:
    """10: under a kind that is of refunds, where what it tells of is none; it is kept for an operator instead."""
    payment = await endpoint.shop.capture(1_000)
    told = {"payment_id": payment.gateway_payment_id, "status": "captured", "amount": 1_000, "currency": "EUR"}

    assert await endpoint.deliver({"type": "refund.updated", "id": "sbe_1", "data": told}) == TAKEN
    assert (await endpoint.present(payment)).refunds == ()


async def test_kinds_that_are_not_of_refunds_are_taken_counted_by_kind_and_logged_once(
    endpoint: GatewayEndpoint,
) -> None:
    """However many kinds there are, and however they are called, few labels are made of them."""
    kinds = ["dispute.created", "dispute.created", "x" * 200, "a b", "\x00", *(f"k.{n}" for n in range(60))]
    with capture_logs() as logged:
        statuses = [await endpoint.deliver({"type": kind, "data": {"id": 7}}) for kind in kinds]

    async with endpoint.session.get(f"{endpoint.url}/metrics") as answer:
        lines = [line for line in (await answer.text()).splitlines() if line.startswith("refunds_gateway_webhooks_")]
    counted = [line for line in lines if "_ignored_total" in line]
    said = [line for line in logged if line["event"] == "webhook.ignored"]
    assert set(statuses) == {TAKEN}
    assert 'refunds_gateway_webhooks_ignored_total{gateway="sandbox",kind="dispute.created"} 2.0' in counted
    assert sum(float(line.split()[-1]) for line in counted) == len(kinds)
    assert len(counted) <= 33
    assert len(said) == len(counted)


async def adopted(endpoint: GatewayEndpoint, payment: Payment) -> int:
    """What is refunded once anything is, waited for."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            present = await endpoint.parts.payments.get(ALL_TENANTS, payment.id)
            if present.refunded_amount:
                return present.refunded_amount
            await asyncio.sleep(0.01)
