"""A stop of gateway-integration: what is in hand ends and is stored, whatever else is slow, and the stop has an end."""

import asyncio

import pytest
from tests.support.gateway.back_office import BackOffice, running


@pytest.fixture
def office() -> BackOffice:
    """Nothing asked for yet."""
    return BackOffice()


async def test_stop_lets_submissions_end_and_stores_their_answers(office: BackOffice) -> None:
    refund = await office.refund()
    office.gateway.held = asyncio.Event()

    async with running(office.gateway_loops(drain_s=5.0)) as stop:
        office.hint(refund)
        await office.until(lambda: office.gateway.at_once == 1)
        stop.set()
        office.gateway.held.set()

    assert await office.statuses(refund) == ["completed"]


async def test_loops_that_are_canceled_let_submissions_end_and_store_their_answers(office: BackOffice) -> None:
    refund = await office.refund()
    office.gateway.held = asyncio.Event()
    running_loops = asyncio.create_task(office.gateway_loops(drain_s=5.0).run(asyncio.Event()))
    office.hint(refund)
    await office.until(lambda: office.gateway.at_once == 1)

    running_loops.cancel()
    for _ in range(20):
        await asyncio.sleep(0)
    is_waiting = not running_loops.done()
    office.gateway.held.set()
    await asyncio.wait([running_loops])

    assert is_waiting
    assert await office.statuses(refund) == ["completed"]


async def test_store_that_does_not_answer_a_sweep_takes_no_time_of_the_submissions(office: BackOffice) -> None:
    refund = await office.refund()
    office.gateway.held, never = asyncio.Event(), asyncio.Event()

    async with running(office.gateway_loops(drain_s=5.0, takers_end_s=0.001)) as stop:
        office.hint(refund)
        await office.until(lambda: office.gateway.at_once == 1)
        office.payments.holds_sweeps = never
        await office.until(lambda: office.payments.sweeps_held > 0)
        stop.set()
        office.gateway.held.set()

    assert await office.statuses(refund) == ["completed"]


async def test_stop_ends_in_time_although_a_gateway_does_not_answer(office: BackOffice) -> None:
    refund = await office.refund()
    office.gateway.held = asyncio.Event()

    async with running(office.gateway_loops(drain_s=0.001)):
        office.hint(refund)
        await office.until(lambda: office.gateway.at_once == 1)

    assert office.gateway.at_once == 0
    assert await office.statuses(refund) == ["processing"]
