"""Places for work of many parties: shares, suspects, what hangs, what waits aside."""

import asyncio
from dataclasses import dataclass, field

from tests.support.virtual_time import run_in_virtual_time

from refunds.adapters.gateways.circuit_breaker import Allowance
from refunds.runtime.loops.fair_pool import FairWorkerPool


@dataclass
class Shop:
    """Pieces of work named after their party's letter, each held until the test ends it; sixteen places, eight slow."""

    overflow_max: int = 100
    allowed: dict[str, Allowance] = field(default_factory=dict)
    running: dict[str, asyncio.Event] = field(default_factory=dict)
    begun: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pool: FairWorkerPool[str, str] = FairWorkerPool(
            name="test",
            work=self.work,
            concurrency_max=16,
            partition_key_of=lambda item: item[0],
            allowance=lambda key: self.allowed.get(key, Allowance(100)),
            begun=self.begun.append,
            seconds=asyncio.get_running_loop().time,
            slow_max=8,
            slow_after_s=2.5,
            overflow_max=self.overflow_max,
            overflow_s=30.0,
            on_left=self.left.append,
        )

    async def work(self, item: str) -> None:
        """Until it is ended."""
        self.running[item] = asyncio.Event()
        await self.running[item].wait()
        del self.running[item]

    async def submit(self, key: str, count: int, first: int = 0) -> None:
        """So many pieces, and lets them begin."""
        for number in range(first, first + count):
            await self.pool.submit(f"{key}{number}")
        await turns()

    def of(self, key: str) -> int:
        """How many of its pieces run."""
        return sum(item.startswith(key) for item in self.running)

    async def end(self, *items: str) -> None:
        """Ends these, or all."""
        for item in items or list(self.running):
            self.running[item].set()
        await turns()


async def turns() -> None:
    """Lets everything that can run do so."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_one_partition_never_takes_the_last_slots_and_another_starts_at_once() -> None:
    shop = Shop()

    await shop.submit("e", 100)
    await shop.submit("b", 1)

    assert (shop.of("e"), shop.of("b")) == (12, 1)


async def test_what_is_over_its_share_starts_when_one_of_its_own_ends() -> None:
    shop = Shop()
    await shop.submit("e", 13)
    before = "e12" in shop.running

    await shop.end("e3")

    assert not before
    assert "e12" in shop.running


async def test_no_more_of_a_partition_run_than_it_is_allowed_and_two_start_for_one_that_ends() -> None:
    shop = Shop(allowed={"e": Allowance(2)})
    await shop.submit("e", 6)
    before = shop.of("e")

    shop.allowed["e"] = Allowance(3)
    await shop.end("e0")

    assert (before, shop.of("e")) == (2, 3)


async def test_what_finds_no_place_aside_is_left_and_leaves_room_aside_for_others() -> None:
    shop = Shop(overflow_max=8, allowed={"e": Allowance(0), "b": Allowance(0)})

    await shop.submit("e", 20)
    await shop.submit("b", 20)

    counts = [shop.pool.waiting(lambda key, one=one: key == one) for one in "eb"]
    assert counts == [6, 2]
    assert shop.pool.left_count == 40 - 8


async def test_suspects_start_in_half_of_the_slow_places_and_take_no_ordinary_one() -> None:
    shop = Shop(allowed={key: Allowance(100, is_suspect=True) for key in "ef"})

    await shop.submit("e", 20)
    await shop.submit("f", 20)

    assert shop.of("e") + shop.of("f") == 4
    assert shop.pool.free_slots == 16


def test_work_that_hangs_gives_its_slot_back_and_makes_a_suspect_of_its_partition() -> None:
    async def hanging() -> None:
        shop = Shop()
        for key, count in (("e", 12), ("f", 3), ("g", 1)):
            await shop.submit(key, count)
        full = shop.pool.free_slots
        await asyncio.sleep(2.5)
        shop.pool.look_over()
        for key in "efgb":
            await shop.submit(key, 1, first=50)

        assert (full, shop.pool.free_slots) == (0, 8 - 1)
        assert (shop.of("b"), len(shop.running)) == (1, 16 + 1), "and no more of theirs began"
        await shop.end()

    run_in_virtual_time(hanging())


def test_partition_whose_work_came_back_is_no_suspect_any_more() -> None:
    async def hanging() -> None:
        shop = Shop()
        await shop.submit("e", 12)
        await asyncio.sleep(2.5)
        shop.pool.look_over()
        await shop.end()
        await shop.submit("e", 20, first=20)

        assert shop.of("e") == 12
        await shop.end()

    run_in_virtual_time(hanging())


async def test_partitions_that_wait_start_in_turn() -> None:
    shop = Shop(allowed={key: Allowance(0) for key in "efg"})
    for key in "efg":
        await shop.submit(key, 10)

    shop.allowed = {key: Allowance(2) for key in "efg"}
    shop.pool.look_over()

    assert shop.begun == ["e", "f", "g", "e", "f", "g"]


def test_what_waited_aside_for_too_long_is_forgotten() -> None:
    async def waiting() -> None:
        shop = Shop(allowed={"e": Allowance(0)})
        await shop.submit("e", 5)
        await asyncio.sleep(20)
        await shop.submit("e", 3, first=5)
        await asyncio.sleep(11)

        shop.pool.look_over()

        assert shop.pool.overflow_count == 3
        assert shop.left == [f"e{number}" for number in range(5)]

    run_in_virtual_time(waiting())


async def test_draining_begins_nothing_that_waits_in_overflow() -> None:
    shop = Shop()
    await shop.submit("e", 13)

    draining = asyncio.create_task(shop.pool.drain(10.0))
    await turns()
    await shop.end()
    await draining

    assert shop.pool.done_count == 12
