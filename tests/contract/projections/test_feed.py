"""What the stream of what payments tell promises (`ports.projections.feed`), on both databases alike."""

from tests.support.adapters.sides import Side

from refunds.domain.payment.outbox import PaymentChange
from refunds.ports.projections.feed import Feed
from refunds.ports.projections.read_models import Phase, Position

TAKES_MAX = 100


async def begin(side: Side) -> Position:
    """The present place."""
    return Position(seq=0, phase=Phase.STREAMING, start_at=await side.models.moment())


async def taken(feed: Feed, after: Position, changes_min: int) -> tuple[list[PaymentChange], str]:
    """(At least so many changes after that place, the token behind them)."""
    changes: list[PaymentChange] = []
    token = after.token
    for _ in range(TAKES_MAX):
        batch = await feed.take(Position(seq=0, phase=Phase.STREAMING, start_at=after.start_at, token=token))
        changes += batch.changes
        token = batch.token
        if len(changes) >= changes_min:
            return changes, token
    raise AssertionError(f"only {len(changes)} changes came")


async def test_every_version_of_a_payment_comes_once_and_in_order(side: Side) -> None:
    start = await begin(side)
    made = await side.shop.busy_hour(2)

    changes, _ = await taken(side.feed(500), start, 16)

    versions = {payment.id: [c.version for c in changes if c.payment_id == payment.id] for payment in made}
    assert all(found == list(range(1, len(found) + 1)) for found in versions.values())
    assert sum(map(len, versions.values())) == len(changes)


async def test_reader_goes_on_where_another_stopped_in_bounded_batches(side: Side) -> None:
    start = await begin(side)
    await side.shop.busy_hour(1)
    feed = side.feed(3)

    first = await feed.take(start)
    behind = Position(seq=1, phase=Phase.STREAMING, start_at=start.start_at, token=first.token)
    rest, _ = await taken(side.feed(500), behind, 5)

    assert 0 < len(first.changes) <= 3
    assert [change.version for change in (*first.changes, *rest)] == list(range(1, len(rest) + len(first.changes) + 1))


async def test_what_was_written_before_the_start_does_not_come(side: Side) -> None:
    await side.shop.capture()
    start = Position(seq=0, phase=Phase.STREAMING, start_at=await side.models.moment() + 1)
    later = await side.shop.capture()

    changes, _ = await taken(side.feed(500), start, 1)

    assert [change.payment_id for change in changes] == [later.id]


async def test_place_moves_on_where_nothing_comes(side: Side) -> None:
    await side.shop.capture()
    start, feed = await begin(side), side.feed(500)
    until = await side.models.moment()

    for _ in range(TAKES_MAX):
        batch = await feed.take(start)
        start = Position(seq=0, phase=Phase.STREAMING, start_at=start.start_at, token=batch.token)
        if batch.read_to >= until:
            return
    raise AssertionError("the place stays behind")


async def test_claim_of_a_payment_publishes_nothing(side: Side) -> None:
    payment = await side.shop.capture()
    refund = await side.shop.refund(payment)
    start = Position(seq=0, phase=Phase.STREAMING, start_at=await side.models.moment() + 1)
    work = refund.due_for
    assert work is not None
    assert refund.due_at is not None

    claimed = await side.shop.payments.claim_due(work, refund.due_at, 60.0, 10)
    await side.shop.cancel(payment, await side.shop.refund(payment, 10, is_submitted=False))
    changes, _ = await taken(side.feed(500), start, 2)

    assert [found.id for found in claimed] == [payment.id]
    assert [change.version for change in changes] == [3, 4]


async def test_both_databases_answer_the_same_for_the_same_writes(both: tuple[Side, Side]) -> None:
    told = []
    for side in both:
        start = await begin(side)
        await side.shop.busy_hour(6)
        told.append((await taken(side.feed(500), start, 48))[0])

    assert told[0] == told[1]
