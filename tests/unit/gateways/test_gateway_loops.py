"""The background work of gateway-integration: hints that are lost, doubled and late; what is in hand; what fails."""

import asyncio

import pytest
from tests.support.copies import replace
from tests.support.gateway.back_office import BackOffice, running
from tests.support.gateway.scripted_gateway import ScriptedGateway

from refunds.domain.payment.payment import Decision, Payment, with_refund
from refunds.domain.tenancy import ALL_TENANTS


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
    await office.payments.change(ALL_TENANTS, "pay_01", without_an_approval)
    loops = office.gateway_loops()

    async with running(loops):
        office.hint(refund)
        await office.until(lambda: not office.hints.waiting)
        await office.sweeps(3)
        office.clock.advance(seconds=31)
        await office.sweeps(3)

    assert office.gateway.submitted == []
    await office.until_status("processing", refund)


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
    assert {(await office.payments.get(ALL_TENANTS, f"pay_{n}")).refunded_amount for n in range(10)} == {100}


async def test_gateways_are_distinguished_by_name(office: BackOffice) -> None:
    other = ScriptedGateway(name="other")
    office.gateways["other"] = other
    refund = await office.refund()

    async with running(office.gateway_loops()):
        office.hint(refund)
        await office.until_status("completed", refund)

    assert other.submitted == []
