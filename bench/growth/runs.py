"""Runs `bench growth` at all sizes. Varies stored payments, refunds per payment or merchants, one at a time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bench.errors import SeedingFailed
from bench.growth.cells import Stored, costs
from bench.growth.result import MERCHANTS, PAYMENTS, REFUNDS, Cell, Cost
from bench.growth.storing import store_merchants, store_payments
from bench.growth.template import template
from bench.runner import Wanted, instance
from bench.support.bench import Bench, Options
from refunds.adapters.mongo.read_model_schema import SET_ASIDE


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """The sizes to measure. While one factor varies, the others stay at their first size, or at one refund.

    While `refunds` varies, there are only `beside` payments, because a payment with 99 refunds takes 100 kB.
    """

    payments: Sequence[int]
    refunds: Sequence[int]
    merchants: Sequence[int]
    beside: int


def grown(sizes: Sizes, seconds: float, say: Callable[[str], None]) -> Iterator[Cell]:
    """Yields the cells. Each uses its own instance, except that one instance grows through all payment counts."""
    base = sizes.merchants[0]
    for refunds in sizes.refunds:
        yield from _cells(REFUNDS, (sizes.beside,), refunds, base, seconds, say)
    for merchants in sizes.merchants[1:]:
        yield from _cells(MERCHANTS, sizes.payments[:1], 1, merchants, seconds, say)
    yield from _cells(PAYMENTS, sizes.payments, 1, base, seconds, say)


def _cells(
    factor: str, counts: Sequence[int], refunds: int, merchants: int, seconds: float, say: Callable[[str], None]
) -> Iterator[Cell]:
    with instance(Wanted(names=(), options=Options()), say) as bench:
        for count, measured in cells_of(bench, counts, refunds, merchants, seconds):
            _check_relayed(bench)
            yield Cell(factor=factor, payments=count, refunds_each=refunds, merchants=merchants, costs=measured)


def cells_of(
    bench: Bench, counts: Sequence[int], refunds: int, merchants: int, seconds: float
) -> Iterator[tuple[int, dict[str, Cost]]]:
    """Yields each of `counts` with the costs on this instance when it stores that many payments."""
    made = template(bench, refunds)
    store_merchants(bench, made, merchants)
    stored = Stored(bench=bench, template=made, merchants=merchants, count=0, unused=[])
    for count in counts:
        bench.say(f"growth: storing payments up to {count:,}, {refunds} refunds each, {merchants:,} merchants")
        store_payments(bench, made, stored.count, count, merchants)
        stored.grow(stored.count, count)
        yield count, costs(stored, seconds)


def _check_relayed(bench: Bench) -> None:
    """Raises SeedingFailed if the relay set copies aside, because such copies cost less than real payments."""
    if set_aside := bench.database[SET_ASIDE].count_documents({}):
        raise SeedingFailed(f"the relay set {set_aside} stored copies aside")
