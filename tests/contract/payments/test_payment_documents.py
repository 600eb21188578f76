"""Whatever is decided of a payment, both stores (`ports.payments.payments`) hold the same of it and tell the same."""

from collections import Counter
from random import Random

import pytest
from tests.support.adapters.sides import Side
from tests.support.payments.random_decisions import RandomDecisions

from refunds.domain.errors import RefundsError
from refunds.domain.tenancy import ALL_TENANTS
from refunds.ports.projections.read_models import Phase, Position

STEPS = 250
TAKES = 20


async def outcomes_of(side: Side, seed: int) -> list[str]:
    """What became of random decisions, one after another: the refund's status, or the error's name."""
    payment = await side.shop.capture(100_000)
    decisions = RandomDecisions(Random(seed), now=side.shop.clock.now())
    outcomes = []
    for _ in range(STEPS):
        try:
            decided = await side.shop.payments.change(ALL_TENANTS, payment.id, decisions.next())
        except RefundsError as error:
            outcomes.append(type(error).__name__)
        else:
            outcomes.append(decided.refund.status.value)
    return outcomes


async def published_by(side: Side, start: Position) -> list[object]:
    """All that the feed tells."""
    feed, token, told = side.feed(500), "", list[object]()
    for _ in range(TAKES):
        batch = await feed.take(Position(seq=0, phase=Phase.STREAMING, start_at=start.start_at, token=token))
        token = batch.token
        told += batch.changes
    return told


@pytest.mark.parametrize("seed", range(4))
async def test_both_stores_keep_and_return_the_same_for_every_decision(both: tuple[Side, Side], seed: int) -> None:
    outcomes, told, held, histories = [], [], [], []
    for side in both:
        start = Position(seq=0, phase=Phase.STREAMING, start_at=await side.models.moment())
        outcomes.append(await outcomes_of(side, seed))
        told.append(await published_by(side, start))
        stored = (await side.scan.page("", 10)).stored
        held.append(stored)
        names = [refund.state.id for refund in stored[0].refunds]
        histories.append([list(await side.shop.payments.history(ALL_TENANTS, name)) for name in names])

    assert outcomes[0] == outcomes[1]
    assert held[0] == held[1]
    assert told[0] == told[1]
    assert histories[0] == histories[1]
    assert len(told[0]) > STEPS / 6
    assert len(Counter(outcomes[0])) > 8
