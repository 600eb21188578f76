"""Webhooks of gateways over real HTTP and the real database: whatever comes, in whatever order, however often.

Numbers in the docstrings are those of docs/known-failure-modes.md.
"""

import asyncio
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.support.gateway.gateway_endpoint import GatewayEndpoint, notice_of
from tests.support.gateway.notices import a_notice

from refunds.domain.attempt.result_recording import ResultKind
from refunds.domain.payment.payment import Payment
from refunds.domain.payment.states import Status
from refunds.domain.tenancy import ALL_TENANTS

Database = AsyncDatabase[Any]

TAKEN = 204

PATIENCE_S = 20.0


# --- what the webhook brings is stored -----------------------------------------------------------


async def test_webhook_brings_the_id_and_the_status_of_a_refund_whose_answer_was_lost(
    endpoint: GatewayEndpoint,
) -> None:
    """8: both are stored, so that the refund can be found at the gateway from either side."""
    payment = await endpoint.shop.capture()
    refund = await endpoint.shop.settle_unheard(payment, await endpoint.shop.refund(payment))

    status = await endpoint.deliver(notice_of(payment, refund, "pending", gateway_refund_id="sbr_77"))

    present = await endpoint.refund_of(payment)
    assert (status, refund.status, refund.attempts[0].gateway_refund_id) == (TAKEN, Status.UNKNOWN, "")
    assert (present.status, present.attempts[0].gateway_refund_id) == (Status.GATEWAY_PENDING, "sbr_77")


async def test_webhook_that_brings_the_status_without_an_id_is_stored_and_the_id_may_follow(
    endpoint: GatewayEndpoint,
) -> None:
    """8: the status counts at once; what comes later adds to it."""
    payment = await endpoint.shop.capture()
    refund = await endpoint.shop.settle_unheard(payment, await endpoint.shop.refund(payment))

    await endpoint.deliver(notice_of(payment, refund, gateway_refund_id=""))
    without_id = await endpoint.refund_of(payment)
    await endpoint.deliver(notice_of(payment, refund, gateway_refund_id="sbr_77", arn="7" * 23))
    with_id = await endpoint.refund_of(payment)

    assert (without_id.status, without_id.attempts[0].gateway_refund_id) == (Status.COMPLETED, "")
    assert (with_id.attempts[0].gateway_refund_id, with_id.arn) == ("sbr_77", "7" * 23)
    assert (await endpoint.events_of(refund)).count("refund.completed") == 1


async def test_webhook_without_our_reference_finds_the_refund_by_the_gateways_id(endpoint: GatewayEndpoint) -> None:
    """8: nothing is adopted beside a refund of ours that has this id."""
    payment = await endpoint.shop.capture()
    refund = await endpoint.shop.refund(payment)
    await endpoint.deliver(notice_of(payment, refund, "pending", gateway_refund_id="sbr_77"))

    status = await endpoint.deliver(notice_of(payment, refund, reference=None, gateway_refund_id="sbr_77"))

    assert status == TAKEN
    assert (await endpoint.refund_of(payment)).status is Status.COMPLETED


# --- created already succeeded -------------------------------------------------------------------


async def test_refund_that_is_created_already_succeeded_is_completed(endpoint: GatewayEndpoint) -> None:
    """9: the first word may be the last one."""
    payment = await endpoint.shop.capture()
    refund = await endpoint.shop.refund(payment)

    status = await endpoint.deliver(notice_of(payment, refund) | {"type": "refund.created"})

    assert status == TAKEN
    assert (await endpoint.refund_of(payment)).status is Status.COMPLETED


async def test_external_refund_is_recorded_once(endpoint: GatewayEndpoint) -> None:
    """9: a refund made in the gateway's dashboard is in the books, however often it is told of."""
    payment = await endpoint.shop.capture(1_000)
    made_there = a_notice(
        reference=None, gateway_payment_id=payment.gateway_payment_id, amount=300, currency=payment.currency
    ) | {"type": "refund.created"}

    statuses = await asyncio.gather(*(endpoint.deliver(made_there) for _ in range(12)))
    statuses.append(await endpoint.deliver(made_there))

    present = await endpoint.present(payment)
    assert set(statuses) == {TAKEN}
    assert [(refund.status, refund.amount) for refund in present.refunds] == [(Status.COMPLETED, 300)]
    assert present.refundable_amount == 700


async def test_more_than_is_left_is_not_recorded_and_is_delivered_again(endpoint: GatewayEndpoint) -> None:
    """9: until there is room, the gateway's word is not taken, so that it is said again."""
    payment = await endpoint.shop.capture(1_000)
    refund = await endpoint.shop.refund(payment, 800)
    made_there = a_notice(
        reference=None, gateway_payment_id=payment.gateway_payment_id, amount=300, currency=payment.currency
    )

    first = await endpoint.deliver(made_there)
    await endpoint.shop.settle(payment, refund, ResultKind.REFUSED, "amount_exceeds_remaining")
    again = await endpoint.deliver(made_there)

    assert (first, again) == (422, TAKEN)
    assert (await endpoint.present(payment)).refunded_amount == 300


# --- order, repetition, strangers ----------------------------------------------------------------


async def test_webhook_that_comes_twice_is_counted_once(endpoint: GatewayEndpoint) -> None:
    """10."""
    payment = await endpoint.shop.capture()
    refund = await endpoint.shop.refund(payment)

    statuses = await asyncio.gather(*(endpoint.deliver(notice_of(payment, refund)) for _ in range(12)))

    assert set(statuses) == {TAKEN}
    assert (await endpoint.events_of(refund)).count("refund.completed") == 1
    assert (await endpoint.present(payment)).refunded_amount == refund.amount


@pytest.mark.parametrize("late", ["pending", "succeeded"])
async def test_older_result_that_comes_later_changes_nothing(endpoint: GatewayEndpoint, late: str) -> None:
    """10, 12: by the gateway's own time the failure of a refund is its last word."""
    payment = await endpoint.shop.capture()
    refund = await endpoint.shop.refund(payment)

    await endpoint.deliver(notice_of(payment, refund, "failed", raw_code="R02", updated_at="2025-03-01T12:00:01Z"))
    status = await endpoint.deliver(notice_of(payment, refund, late, updated_at="2025-03-01T13:00:00.5+01:00"))

    present = await endpoint.present(payment)
    assert (status, present.refunds[0].status) == (TAKEN, Status.FAILED)
    assert present.refundable_amount == payment.captured_amount


async def test_pending_that_comes_after_success_does_not_open_the_refund_again(endpoint: GatewayEndpoint) -> None:
    """12: a final state is never overwritten by a status that was said before it."""
    payment = await endpoint.shop.capture()
    refund = await endpoint.shop.refund(payment)

    await endpoint.deliver(notice_of(payment, refund))
    status = await endpoint.deliver(notice_of(payment, refund, "pending"))

    present = await endpoint.refund_of(payment)
    assert (status, present.status, present.due_at) == (TAKEN, Status.COMPLETED, None)


async def test_webhook_before_the_gateways_own_answer_counts_once(endpoint: GatewayEndpoint) -> None:
    """10: the answer that comes after it is a repetition."""
    payment = await endpoint.shop.capture()
    refund = await endpoint.shop.refund(payment)

    await endpoint.deliver(notice_of(payment, refund))
    await endpoint.shop.settle(payment, refund)

    assert (await endpoint.events_of(refund)).count("refund.completed") == 1
    assert (await endpoint.present(payment)).refunded_amount == refund.amount


async def test_completed_refund_that_fails_days_later_gives_its_amount_back(endpoint: GatewayEndpoint) -> None:
    """11: and the amount can be refunded again."""
    payment = await endpoint.shop.capture(1_000)
    refund = await endpoint.shop.refund(payment, 1_000)
    await endpoint.shop.settle(payment, refund)

    status = await endpoint.deliver(notice_of(payment, refund, "failed", raw_code="R02", gateway_refund_id=""))

    asked = await endpoint.present(payment)
    assert (status, asked.refunds[0].status, asked.refundable_amount) == (TAKEN, Status.COMPLETED, 0)
    await endpoint.shop.answer(payment, refund, ResultKind.FAILED, "account_closed")
    present = await endpoint.present(payment)
    assert (present.refunds[0].status, present.refundable_amount) == (Status.REVERSED, 1_000)
    assert present.refunds[0].attempts[0].error_code == "account_closed"
    assert (await endpoint.shop.refund(payment, 1_000)).status is Status.PROCESSING


async def test_reversed_refund_stays_so_whatever_is_delivered_again(endpoint: GatewayEndpoint) -> None:
    """11, 12."""
    payment = await endpoint.shop.capture()
    refund = await endpoint.shop.refund(payment)
    for second, status in enumerate(("succeeded", "failed")):
        assert await endpoint.deliver(notice_of(payment, refund, status, updated_at=_at(second))) == TAKEN
    await endpoint.shop.answer(payment, refund, ResultKind.FAILED)
    for second, status in enumerate(("succeeded", "failed")):
        assert await endpoint.deliver(notice_of(payment, refund, status, updated_at=_at(second))) == TAKEN

    present = await endpoint.present(payment)
    assert (present.refunds[0].status, present.refunded_amount) == (Status.REVERSED, 0)


def _at(second: int) -> str:
    """A moment by the gateway's own clock."""
    return f"2025-03-01T12:00:{second:02}Z"


async def test_each_partial_refund_is_confirmed_by_its_own_webhook_until_nothing_is_left(
    endpoint: GatewayEndpoint,
) -> None:
    """7: that others of its payment have ended before, or that all of it is given out, drops no confirmation."""
    payment = await endpoint.shop.capture(1_000)
    for number, amount in enumerate((300, 300, 400)):
        refund = await endpoint.shop.refund(payment, amount)
        notice = notice_of(payment, refund, gateway_refund_id=f"sbr_{number}")
        assert [await endpoint.deliver(notice), await endpoint.deliver(notice)] == [TAKEN, TAKEN]

    present = await endpoint.present(payment)
    assert {refund.status for refund in present.refunds} == {Status.COMPLETED}
    assert (present.refunded_amount, present.reserved_amount) == (1_000, 0)


async def adopted(endpoint: GatewayEndpoint, payment: Payment) -> int:
    """What is refunded once anything is, waited for."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            present = await endpoint.parts.payments.get(ALL_TENANTS, payment.id)
            if present.refunded_amount:
                return present.refunded_amount
            await asyncio.sleep(0.01)
