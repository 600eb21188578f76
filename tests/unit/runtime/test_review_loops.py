"""Reviews that are left to the request-manager: done by hint, by sweep, once, and handed on to the gateway."""

import pytest
from tests.support.gateway.back_office import BackOffice, running

from refunds.domain.errors import OutcomeUnknown
from refunds.domain.tenancy import ALL_TENANTS
from refunds.ports.gateway.hints import HintKind


@pytest.fixture
def office() -> BackOffice:
    """Nothing asked for yet."""
    return BackOffice()


async def test_hinted_refund_is_reviewed_and_handed_on(office: BackOffice) -> None:
    refund = await office.refund(is_reviewed_now=False)

    async with running(office.review_loops()):
        office.hint(refund, kind=HintKind.REVIEW)
        await office.until_status("processing", refund)

    assert [hint.kind for hint in office.hints.waiting] == [HintKind.SUBMIT]


async def test_refund_whose_hint_is_lost_is_reviewed_by_the_sweep(office: BackOffice) -> None:
    refunds = [await office.refund(amount, is_reviewed_now=False) for amount in (1_000, 2_000)]

    async with running(office.review_loops()):
        await office.until_status("processing", *refunds)


async def test_hint_that_comes_twice_is_one_review(office: BackOffice) -> None:
    refund = await office.refund(is_reviewed_now=False)

    async with running(office.review_loops()):
        for _ in range(5):
            office.hint(refund, kind=HintKind.REVIEW)
        await office.until_status("processing", refund)
        await office.sweeps(3)

    told = [event.type for event in await office.payments.history(ALL_TENANTS, refund.id)]
    assert len(told) == len(set(told))
    assert len(office.hints.waiting) == 1


async def test_reviewed_refund_goes_all_its_way_through_both_services(office: BackOffice) -> None:
    refund = await office.refund(is_reviewed_now=False)

    async with running(office.review_loops(), office.gateway_loops()):
        await office.until_status("completed", refund)

    assert office.gateway.attempts == [(await office.present(refund)).attempts[0].id]


async def test_review_that_could_not_be_stored_is_done_again(office: BackOffice) -> None:
    refund = await office.refund(is_reviewed_now=False)
    office.payments.failing = [OutcomeUnknown(), ZeroDivisionError()]

    async with running(office.review_loops()):
        await office.until(lambda: len(office.payments.failing) < 2)
        office.clock.advance(seconds=21)
        await office.until(lambda: not office.payments.failing)
        office.clock.advance(seconds=21)
        await office.until_status("processing", refund)


async def test_one_review_that_fails_holds_up_no_other(office: BackOffice) -> None:
    refunds = [await office.refund(100, f"pay_{number}", is_reviewed_now=False) for number in range(5)]
    office.payments.failing = [ZeroDivisionError()]

    async with running(office.review_loops()):
        await office.until(lambda: not office.payments.failing)
        await office.sweeps(3)
        statuses = await office.statuses(*refunds)

    assert sorted(statuses) == ["processing"] * 4 + ["submitted"]
