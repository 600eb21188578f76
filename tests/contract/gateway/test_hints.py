"""What every channel of hints promises (`ports.gateway.hints`), and how the one over Redis survives faults of Redis."""

import asyncio

from tests.support.adapters.hint_channels import (
    IDLE_S,
    PATIENCE_S,
    a_hint,
    taken,
)

from refunds.adapters.memory.gateway.hints import MemoryHints
from refunds.ports.gateway.hints import HintKind, Hints


async def test_hint_that_was_published_is_taken_once(hints: Hints) -> None:
    hints.publish(a_hint(1))

    assert await taken(hints, 1) == [a_hint(1)]
    assert await hints.take(HintKind.SUBMIT, 64) in ((), [])


async def test_take_returns_empty_after_a_short_while_without_any(hints: Hints) -> None:
    async with asyncio.timeout(PATIENCE_S):
        assert not await hints.take(HintKind.SUBMIT, 64)
        assert not await hints.take(HintKind.SUBMIT, 64)


async def test_waiting_taker_is_woken_by_a_hint(hints: Hints) -> None:
    waiting = asyncio.create_task(taken(hints, 1))
    await asyncio.sleep(0)

    hints.publish(a_hint(1))

    assert await waiting == [a_hint(1)]


async def test_kinds_do_not_mix(hints: Hints) -> None:
    hints.publish(a_hint(1, HintKind.REVIEW))
    hints.publish(a_hint(2, HintKind.SUBMIT))

    assert await taken(hints, 1, HintKind.SUBMIT) == [a_hint(2, HintKind.SUBMIT)]
    assert await taken(hints, 1, HintKind.REVIEW) == [a_hint(1, HintKind.REVIEW)]


async def test_at_most_so_many_are_taken_as_asked(hints: Hints) -> None:
    for number in range(10):
        hints.publish(a_hint(number))

    first = await taken(hints, 1, at_once_max=3)
    rest = await taken(hints, 10 - len(first), at_once_max=3)

    assert len(first) <= 3
    assert {hint.refund_id for hint in [*first, *rest]} == {f"ref_{number}" for number in range(10)}


async def test_two_consumers_share_what_was_published(channels: tuple[Hints, Hints]) -> None:
    """A queue of AWS may hand one out twice; were each consumer handed all, the half of it would be too much."""
    hints, other = channels
    for number in range(200):
        hints.publish(a_hint(number))

    got: list[str] = []

    async def consumer(channel: Hints) -> None:
        while len(set(got)) < 200:
            got.extend(hint.refund_id for hint in await channel.take(HintKind.SUBMIT, 7))

    async with asyncio.timeout(PATIENCE_S):
        await asyncio.gather(consumer(hints), consumer(other))

    assert set(got) == {f"ref_{number}" for number in range(200)}
    assert len(got) <= 220


async def test_memory_drops_what_finds_no_room() -> None:
    hints = MemoryHints(waiting_max=3, idle_s=IDLE_S)

    for number in range(5):
        hints.publish(a_hint(number))

    assert len(hints.waiting) == 3
