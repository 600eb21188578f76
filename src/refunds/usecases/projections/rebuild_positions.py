"""Positions of the relay during a rebuild: ordered, filling the next generation, switched to it. Pure.

A rebuild scans the payments in the order of their ids while the stream is followed. A change of a payment that the scan
has passed goes to the next generation, too; a change of a payment ahead of the scan will be read by the scan. So every
change gets there once, in the order of its payment's versions.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from refunds.domain.payment.outbox import PaymentChange
from refunds.ports.projections.read_models import Phase, Position


def rebuild_ordered(position: Position) -> Position:
    """A rebuild from the beginning; one that was under way begins again."""
    is_behind = position.phase is Phase.SCANNING or (position.phase is Phase.CLEARING and not position.read_to)
    return replace(
        position,
        phase=Phase.SCANNING if is_behind else Phase.STREAMING,
        scanned_to="",
        is_building=True,
        is_spare_empty=False,
    )


def scan_begun(position: Position, moment: int) -> Position:
    """A scan over all payments without the stream; afterwards the stream is read from `moment`."""
    return Position(
        seq=position.seq,
        phase=Phase.SCANNING,
        start_at=moment,
        holder=position.holder,
        generation=position.generation,
        is_building=position.is_building,
        is_spare_empty=position.is_spare_empty,
    )


def scan_ended(position: Position, moment: int) -> Position:
    """The end of a scan: the stream follows, the filled generation is current. Changes until `moment` may be stored."""
    is_behind = position.phase is Phase.SCANNING
    ended = replace(
        position,
        phase=Phase.STREAMING,
        read_to=position.start_at if is_behind else position.read_to,
        filter_until=moment,
        scanned_to="",
    )
    if not position.is_filling:
        return ended
    return replace(ended, generation=position.next_generation, is_building=False, is_spare_empty=False)


def for_next_generation(position: Position, changes: Sequence[PaymentChange]) -> Sequence[PaymentChange]:
    """The changes that go to the next generation while the scan is at `position`."""
    if not position.is_filling:
        return ()
    if position.phase is Phase.SCANNING:
        return changes
    return [change for change in changes if change.payment_id <= position.scanned_to]
