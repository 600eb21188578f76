"""Ordering a rebuild while a relay moves its position."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from tests.support.copies import replace

from refunds.domain.errors import Overloaded
from refunds.domain.payment.outbox import PaymentChange
from refunds.ports.projections.read_models import (
    NO_UPDATES,
    Applied,
    Phase,
    Position,
    ReadModelUpdates,
    RelaySuperseded,
)
from refunds.usecases.projections.rebuild_positions import rebuild_ordered
from refunds.usecases.projections.rebuild_read_models import TRIES_MAX, rebuild_read_models


class MovingModels:
    """A relay moves the position between each look and the first `moves` orders."""

    def __init__(self, moves: int) -> None:
        self.moves_left = moves
        self.stored = Position(seq=7, phase=Phase.STREAMING, start_at=1, token="82")

    async def position(self) -> Position:
        return self.stored

    async def moment(self) -> int:
        return 1

    def time_of(self, moment: int) -> datetime:
        return datetime.fromtimestamp(moment, UTC)

    async def applied(self, changes: Sequence[PaymentChange], generation: int = 0) -> Applied:
        return Applied(listed={}, posted=(), audited={})

    async def apply(self, moved: Position, updates: ReadModelUpdates, filling: ReadModelUpdates = NO_UPDATES) -> None:
        if self.moves_left:
            self.moves_left -= 1
            self.stored = replace(self.stored, seq=self.stored.seq + 1)
            raise RelaySuperseded
        self.stored = replace(moved, seq=moved.seq + 1)

    async def empty_spare(self, moved: Position, documents_max: int) -> int:
        return 0


async def test_rebuild_gets_in_between_the_moves_of_a_relay() -> None:
    models = MovingModels(moves=3)

    await rebuild_read_models(models)

    assert models.stored.is_building
    assert models.stored.phase is Phase.STREAMING
    assert models.stored.token == "82"


async def test_rebuild_ordered_by_an_earlier_version_is_one_of_the_stream_that_it_had() -> None:
    ordered = Position(seq=7, phase=Phase.CLEARING, start_at=1, token="82", read_to=9, scanned_to="pay_9")

    begun = rebuild_ordered(ordered)

    assert (begun.phase, begun.is_building, begun.token, begun.scanned_to) == (Phase.STREAMING, True, "82", "")


async def test_rebuild_ordered_by_an_earlier_version_during_its_first_scan_scans_again() -> None:
    ordered = Position(seq=7, phase=Phase.CLEARING, start_at=1, scanned_to="pay_9")

    begun = rebuild_ordered(ordered)

    assert (begun.phase, begun.is_building, begun.scanned_to) == (Phase.SCANNING, True, "")


async def test_rebuild_gives_up_on_a_relay_that_always_moves() -> None:
    with pytest.raises(Overloaded):
        await rebuild_read_models(MovingModels(moves=TRIES_MAX))
