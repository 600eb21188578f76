"""Whatever merchants fail, hang and recover: the work of a healthy merchant always begins within the bound."""

import asyncio
from bisect import bisect

from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.support.gateway.gateway_days import TIMEOUT_S, GatewayDay, seconds
from tests.support.virtual_time import run_in_virtual_time

from refunds.domain.payment.payment import Refund

PLACES = 16
BAD_MAX = PLACES // 2 + PLACES // 4
"""Two calls each fill the ordinary places, and what is kept of the slow ones for work that turns out to hang."""

MINUTES_S = 60
BOUND_S = TIMEOUT_S / 4 + 0.25 + 0.25 + 0.1
"""A place comes back after a quarter of the time-out, seen a quarter of a second later; aside it waits as long."""

PROBED_BOUND_S = 10.0
"""While the gateway refuses all calls, a healthy merchant waits for a probe, too."""

WELL_FROM_S = MINUTES_S + 15
ENDED_S = 3_600.0
"""All end in an hour when all are well again: the longest waits are those of each refund's own ladder."""

ways = st.lists(
    st.tuples(st.integers(0, MINUTES_S), st.sampled_from(["hangs", "is_turned_away", "goes_well"])),
    min_size=1,
    max_size=4,
)


class Fates:
    """How each bad merchant's calls go, by the second."""

    def __init__(self, fates: list[list[tuple[int, str]]]) -> None:
        self.fates = [[(0, fate[0][1]), *sorted(fate), (WELL_FROM_S, "goes_well")] for fate in fates]

    def __call__(self, merchant_id: str) -> str:
        if not merchant_id.startswith("mer_bad"):
            return "goes_well"
        fate = self.fates[int(merchant_id.rpartition("_")[2])]
        return fate[bisect([at for at, _ in fate], seconds()) - 1][1]


@settings(max_examples=30, deadline=None)
@given(
    fates=st.lists(ways, min_size=1, max_size=BAD_MAX),
    asked=st.lists(st.tuples(st.integers(0, MINUTES_S), st.integers(0, 100), st.integers(1, 8)), max_size=25),
    well=st.lists(st.tuples(st.integers(0, MINUTES_S * 4), st.integers(0, 2)), min_size=1, max_size=20),
    may_doubt=st.booleans(),
)
@example(
    fates=[[(0, "hangs")]] * BAD_MAX,
    asked=[(0, number, 4) for number in range(BAD_MAX)],
    well=[(1 + number, number % 3) for number in range(20)],
    may_doubt=False,
)
def test_refund_of_a_merchant_who_is_well_ends_within_the_bound_and_nobodys_is_forgotten(
    fates: list[list[tuple[int, str]]], asked: list[tuple[int, int, int]], well: list[tuple[int, int]], may_doubt: bool
) -> None:
    async def minutes() -> None:
        day = GatewayDay(Fates(fates), places=PLACES)
        if may_doubt:
            day.breaker.away_max, day.breaker.merchants_min = 6, 3
        work = [(float(at), f"mer_bad_{number % len(fates)}", count) for at, number, count in asked]
        work += [(at / 4, f"mer_well_{number}", 1) for at, number in well]
        refunds: list[Refund] = []
        theirs: list[Refund] = []
        async with day.running():
            for at, merchant_id, count in sorted(work):
                await asyncio.sleep(max(at - seconds(), 0.0))
                made = [await day.refund(merchant_id) for _ in range(count)]
                refunds += made
                theirs += made if merchant_id.startswith("mer_well") else []
            await day.ended(*refunds, within_s=ENDED_S)

        assert max(day.waited_s(*theirs)) <= (PROBED_BOUND_S if may_doubt else BOUND_S)

    run_in_virtual_time(minutes())
