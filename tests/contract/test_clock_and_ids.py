"""What every clock and every source of ids promises (`ports.clock`, `ports.ids`)."""

from datetime import timedelta

import pytest

from refunds.adapters.local.clock import SystemClock
from refunds.adapters.local.ids import SystemIds
from refunds.adapters.memory.clock import AdvancingClock, FixedClock
from refunds.adapters.memory.ids import SeededIds
from refunds.domain import ids
from refunds.ports.clock import Clock
from refunds.ports.ids import IdSource

CLOCKS: list[Clock] = [SystemClock(), FixedClock(), AdvancingClock()]
SOURCES: list[IdSource] = [SystemIds(), SeededIds(FixedClock())]


@pytest.mark.parametrize("clock", CLOCKS, ids=lambda clock: type(clock).__name__)
def test_clock_returns_whole_milliseconds_in_utc_and_never_goes_back(clock: Clock) -> None:
    first, second = clock.now(), clock.now()

    assert first.utcoffset() == timedelta(0)
    assert first.microsecond % 1_000 == 0
    assert second >= first


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: type(source).__name__)
def test_ids_carry_their_prefix_and_are_never_the_same(source: IdSource) -> None:
    made = [source.new("pay") for _ in range(100)]

    assert len(set(made)) == 100
    assert all(each.startswith("pay_") and len(each) == 30 for each in made)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: type(source).__name__)
def test_id_of_a_refund_carries_where_it_lives(source: IdSource) -> None:
    route = ids.route_of(source.refund_id("pay_1", "mer_1"))

    assert route is not None
    assert (route.payment_route, route.merchant_route) == (ids.payment_route("pay_1"), ids.merchant_route("mer_1"))


def test_seeded_ids_of_one_seed_are_the_same_in_the_same_order() -> None:
    first, second = (SeededIds(FixedClock(), 7) for _ in range(2))

    assert [first.new("ref"), first.write_token()] == [second.new("ref"), second.write_token()]
