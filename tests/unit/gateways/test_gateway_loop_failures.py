"""What a crash, a lost answer or an unreachable gateway does to the refunds that the loops submit."""

import asyncio

import pytest
from tests.support.gateway.back_office import BackOffice, running
from tests.support.gateway.scripted_gateway import LOST, UNAVAILABLE

from refunds.domain.attempt.result_recording import GatewayResult, ResultKind
from refunds.domain.errors import OutcomeUnknown, StoreUnavailable


@pytest.fixture
def office() -> BackOffice:
    """Nothing asked for yet."""
    return BackOffice()


async def test_crash_after_the_intent_sends_again_under_the_same_id(office: BackOffice) -> None:
    refund = await office.refund()
    office.clock.advance(seconds=31)
    await office.begin(refund)
    office.clock.advance(seconds=31)

    async with running(office.gateway_loops()):
        await office.until_status("completed", refund)

    assert office.gateway.attempts == [refund.attempts[0].id]


async def test_lost_answer_is_asked_for_and_never_sent_again_before_that(office: BackOffice) -> None:
    refund = await office.refund()
    office.gateway.submits = [LOST]

    async with running(office.gateway_loops()):
        office.hint(refund)
        await office.until_status("unknown", refund)
        office.clock.advance(seconds=31)
        await office.until_status("completed", refund)

    assert len(office.gateway.submitted) == 1
    assert office.gateway.asked == [refund.attempts[0].id]


async def test_never_seen_attempt_is_sent_again_under_the_same_id(office: BackOffice) -> None:
    refund = await office.refund()
    office.gateway.submits = [LOST, GatewayResult(kind=ResultKind.SUCCEEDED)]
    office.gateway.asks = [GatewayResult(kind=ResultKind.NOT_FOUND)]

    async with running(office.gateway_loops()):
        office.hint(refund)
        await office.until_status("unknown", refund)
        office.clock.advance(seconds=31)
        await office.until_status("completed", refund)

    assert office.gateway.attempts == [refund.attempts[0].id] * 2


async def test_webhook_with_another_amount_or_currency_is_queried_and_not_believed(office: BackOffice) -> None:
    other_amount = await office.refund()
    other_currency = await office.refund(2_000)
    office.gateway.submits = [
        GatewayResult(kind=ResultKind.SUCCEEDED, amount=999),
        GatewayResult(kind=ResultKind.SUCCEEDED, amount=2_000, currency="JPY"),
    ]

    async with running(office.gateway_loops(submissions_at_once_max=1)):
        office.hint(other_amount)
        office.hint(other_currency)
        await office.until_status("unknown", other_amount, other_currency)
        office.clock.advance(seconds=31)
        await office.until_status("completed", other_amount, other_currency)


async def test_unreachable_gateway_is_tried_again_when_its_delay_is_over(office: BackOffice) -> None:
    refund = await office.refund()
    office.gateway.submits = [UNAVAILABLE, UNAVAILABLE, GatewayResult(kind=ResultKind.SUCCEEDED)]

    async with running(office.gateway_loops()):
        office.hint(refund)
        await office.until_status("gateway_error", refund)
        for _ in range(2):
            office.clock.advance(seconds=10)
            await office.sweeps(3)
        await office.until_status("completed", refund)

    assert office.gateway.attempts == [refund.attempts[0].id] * 3


async def test_gateway_that_this_process_does_not_know_is_waited_for(office: BackOffice) -> None:
    refund = await office.refund()
    office.gateways.clear()

    async with running(office.gateway_loops()):
        office.hint(refund)
        await office.until_status("gateway_error", refund)

    assert (await office.present(refund)).attempts[0].error_raw == "no_such_gateway"


async def test_one_refund_that_always_fails_holds_up_no_other_of_its_payment(office: BackOffice) -> None:
    """A defect that one refund meets is met again at every sweep; the others went unsent with it."""
    bad, good, better = [await office.refund(amount) for amount in (1_000, 2_000, 3_000)]

    async def break_down(submission: object) -> None:
        if getattr(submission, "attempt_id", "") == bad.attempts[0].id:
            raise ZeroDivisionError

    office.gateway.meanwhile = break_down
    office.clock.advance(seconds=31)

    async with running(office.gateway_loops()):
        await office.until_status("completed", good, better)

    assert await office.statuses(bad) == ["processing"]


async def test_slow_refund_holds_up_no_other_of_its_payment(office: BackOffice) -> None:
    slow, quick = await office.refund(1_000), await office.refund(2_000)
    held = asyncio.Event()

    async def wait(submission: object) -> None:
        if getattr(submission, "attempt_id", "") == slow.attempts[0].id:
            await held.wait()

    office.gateway.meanwhile = wait
    office.clock.advance(seconds=31)

    async with running(office.gateway_loops()):
        await office.until_status("completed", quick)
        held.set()
        await office.until_status("completed", slow)


@pytest.mark.parametrize("error", [OutcomeUnknown(), StoreUnavailable(), ZeroDivisionError()])
async def test_answer_that_could_not_be_stored_is_sent_for_again_under_the_same_id(
    office: BackOffice, error: Exception
) -> None:
    refund = await office.refund()
    office.payments.failing = [error]

    async with running(office.gateway_loops()):
        office.hint(refund)
        await office.until(lambda: not office.payments.failing)
        office.clock.advance(seconds=31)
        await office.until_status("completed", refund)

    assert office.gateway.attempts == [refund.attempts[0].id] * 2
