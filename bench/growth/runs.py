"""Runs the sizes of `bench growth`: stored payments, refunds of a payment and merchants, one factor at a time."""

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
    """What to vary. The first of `payments` and `merchants` and one refund are the base of the other factors.

    Payments of the factors `refunds` and `merchants` number `beside`, since a payment with 99 refunds takes 100 kB.
    """

    payments: Sequence[int]
    refunds: Sequence[int]
    merchants: Sequence[int]
    beside: int


def grown(sizes: Sizes, seconds: float, say: Callable[[str], None]) -> Iterator[Cell]:
    """Yields the cells. Each has an instance of its own, but one instance grows through all numbers of payments."""
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
    """Yields the costs on this instance as its payments grow through these numbers."""
    made = template(bench, refunds)
    store_merchants(bench, made, merchants)
    stored = Stored(bench=bench, template=made, merchants=merchants, count=0, unused=[])
    for count in counts:
        bench.say(f"growth: storing payments up to {count:,}, {refunds} refunds each, {merchants:,} merchants")
        store_payments(bench, made, stored.count, count, merchants)
        stored.grow(stored.count, count)
        yield count, costs(stored, seconds)


def _check_relayed(bench: Bench) -> None:
    """Raises SeedingFailed if the relay set copies aside: they would cost less than real payments."""
    if set_aside := bench.database[SET_ASIDE].count_documents({}):
        raise SeedingFailed(f"the relay set {set_aside} stored copies aside")
