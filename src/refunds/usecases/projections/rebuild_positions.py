"""Computes the positions of the relay during a rebuild of the read models.

These functions are pure. A rebuild scans all payments in the order of their ids while the relay keeps reading the
stream. If the scan has passed a payment, the payment's streamed changes also go to the next generation. Otherwise the
scan will read these changes later. So the next generation gets every change once, in the order of the payment's
versions.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from refunds.domain.payment.outbox import PaymentChange
from refunds.ports.projections.read_models import Phase, Position


def rebuild_ordered(position: Position) -> Position:
    """Returns the position at the start of a rebuild. A running rebuild restarts from the beginning."""
    is_behind = position.phase is Phase.SCANNING or (position.phase is Phase.CLEARING and not position.read_to)
    return replace(
        position,
        phase=Phase.SCANNING if is_behind else Phase.STREAMING,
        scanned_to="",
        is_building=True,
        is_spare_empty=False,
    )


def scan_begun(position: Position, moment: int) -> Position:
    """Returns the position at the start of a scan over all payments.

    After the scan, the stream is read from the time `moment` on.
    """
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
    """Returns the position after a scan. The generation that the scan filled becomes the current one.

    The stream may repeat scanned changes up to the time `moment`.
    """
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
    """Returns the changes that go to the next generation while the scan is at `position`."""
    if not position.is_filling:
        return ()
    if position.phase is Phase.SCANNING:
        return changes
    return [change for change in changes if change.payment_id <= position.scanned_to]
