"""The background work of gateway-integration: hints that are lost, doubled and late; what is in hand; what fails."""

import asyncio
from dataclasses import replace

import pytest
from tests.support.gateway.back_office import BackOffice, running
from tests.support.gateway.scripted_gateway import LOST, UNAVAILABLE, ScriptedGateway

from refunds.domain.attempt.result_recording import GatewayResult, ResultKind
from refunds.domain.errors import OutcomeUnknown, StoreUnavailable
from refunds.domain.payment.payment import Decision, Payment, with_refund
from refunds.domain.tenancy import EVERYTHING


@pytest.fixture
def office() -> BackOffice:
    """Nothing asked for yet."""
    return BackOffice()


async def test_hinted_refund_is_sent_and_completed(office: BackOffice) -> None:
    refund = await office.refund()

    async with running(office.gateway_loops()):
        office.hint(refund)
        await office.until_status("completed", refund)

    assert office.gateway.attempts == [refund.attempts[0].id]


async def test_refund_whose_hint_is_lost_is_finished_by_the_sweep(office: BackOffice) -> None:
    refund = await office.refund()
    office.clock.advance(seconds=31)

    async with running(office.gateway_loops()):
        await office.until_status("completed", refund)

    assert office.gateway.attempts == [refund.attempts[0].id]


async def test_sweep_leaves_a_refund_to_its_hint_while_the_lease_of_its_intent_lasts(office: BackOffice) -> None:
    await office.refund()
    office.clock.advance(seconds=20)

    async with running(office.gateway_loops()):
        await office.sweeps(5)

    assert office.gateway.submitted == []


async def test_hint_that_comes_twice_is_one_submission_in_hand(office: BackOffice) -> None:
    refund = await office.refund()
    office.gateway.held = asyncio.Event()

    async with running(office.gateway_loops()):
        for _ in range(5):
            office.hint(refund)
        await office.until(lambda: not office.hints.waiting and office.gateway.at_once > 0)
        await office.sweeps(3)
        office.gateway.held.set()
        await office.until_status("completed", refund)

    assert office.gateway.at_once_most == 1


async def test_hint_for_what_is_over_sends_nothing(office: BackOffice) -> None:
    refund = await office.refund()

    async with running(office.gateway_loops()):
        office.hint(refund)
        await office.until_status("completed", refund)
        office.hint(refund)
        await office.until(lambda: not office.hints.waiting)
        await office.sweeps(3)

    assert len(office.gateway.submitted) == 1


async def test_refund_in_hand_is_left_alone_by_the_sweep_however_long_it_takes(office: BackOffice) -> None:
    refund = await office.refund()
    office.gateway.held = asyncio.Event()

    async with running(office.gateway_loops()):
        office.hint(refund)
        await office.until(lambda: office.gateway.at_once == 1)
        for _ in range(3):
            office.clock.advance(seconds=300)
            await office.sweeps(3)
        office.gateway.held.set()
        await office.until_status("completed", refund)

    assert len(office.gateway.submitted) == 1


async def test_due_refund_in_hand_is_not_taken_again_when_its_lease_ends(office: BackOffice) -> None:
    refund = await office.refund()
    office.gateway.held = asyncio.Event()
    office.clock.advance(seconds=31)

    async with running(office.gateway_loops()):
        await office.until(lambda: office.gateway.at_once == 1)
        for _ in range(3):
            office.clock.advance(seconds=300)
            office.hint(refund)
            await office.sweeps(3)
        office.gateway.held.set()
        await office.until_status("completed", refund)

    assert len(office.gateway.submitted) == 1


def without_an_approval(payment: Payment) -> Decision:
    """The payment as an edit of the database leaves it: its refund is ready and should have been approved of."""
    edited = replace(payment.refunds[0], approvals_required=1)
    return Decision(payment=with_refund(payment, payment.refunds[0], edited), refund=edited)


async def test_refund_that_lacks_an_approval_is_never_sent_neither_hinted_nor_due(office: BackOffice) -> None:
    refund = await office.refund()
    await office.payments.change(EVERYTHING, "pay_01", without_an_approval)
    loops = office.gateway_loops()

    async with running(loops):
        office.hint(refund)
        await office.until(lambda: not office.hints.waiting)
        await office.sweeps(3)
        office.clock.advance(seconds=31)
        await office.sweeps(3)

    assert office.gateway.submitted == []
    await office.until_status("processing", refund)


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


async def test_word_on_another_amount_or_currency_is_asked_for_and_not_believed(office: BackOffice) -> None:
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


async def test_no_more_are_sent_at_once_than_may_and_one_merchant_leaves_a_place(office: BackOffice) -> None:
    refunds = [await office.refund(100, f"pay_{number}") for number in range(20)]
    office.gateway.held = asyncio.Event()

    async with running(office.gateway_loops(submissions_at_once_max=4)):
        for number, refund in enumerate(refunds):
            office.hint(refund, f"pay_{number}")
        await office.until(lambda: office.gateway.at_once == 3)
        await office.sweeps(3)
        at_once = office.gateway.at_once
        office.gateway.held.set()
        await office.until_status("completed", *refunds)

    assert at_once == 3
    assert office.gateway.at_once_most == 3


async def test_two_processes_send_a_due_refund_under_one_id_and_count_it_once(office: BackOffice) -> None:
    refunds = [await office.refund(100, f"pay_{number}") for number in range(10)]
    office.clock.advance(seconds=31)

    async with running(office.gateway_loops(), office.gateway_loops()):
        await office.until_status("completed", *refunds)

    assert sorted(office.gateway.attempts) == sorted(refund.attempts[0].id for refund in refunds)
    assert {(await office.payments.get(EVERYTHING, f"pay_{n}")).refunded_amount for n in range(10)} == {100}


async def test_gateways_are_told_apart_by_name(office: BackOffice) -> None:
    other = ScriptedGateway(name="other")
    office.gateways["other"] = other
    refund = await office.refund()

    async with running(office.gateway_loops()):
        office.hint(refund)
        await office.until_status("completed", refund)

    assert other.submitted == []
