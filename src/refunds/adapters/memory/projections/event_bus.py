"""A bus in memory: it keeps the events that it accepts and can be unreachable.

As with the real bus, one call passes up to ten events.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from refunds.adapters.memory.line import DIRECT, Line, LineLost, NotSent
from refunds.ports.projections.event_bus import BusEvent, BusUnavailable

CALL_MAX = 10


@dataclass(slots=True)
class MemoryBus:
    """The server, with all accepted events in order, duplicates included."""

    is_away: bool = False
    taken: list[BusEvent] = field(default_factory=list)

    def take(self, events: Sequence[BusEvent]) -> None:
        """Accepts the events. Raises BusUnavailable."""
        if self.is_away:
            raise BusUnavailable
        self.taken += events


class MemoryEventBus:
    """See `ports.projections.event_bus`."""

    def __init__(self, bus: MemoryBus | None = None, line: Line = DIRECT, *, is_away: bool = False) -> None:
        self.bus = bus or MemoryBus(is_away)
        self._line = line

    @property
    def is_away(self) -> bool:
        """True while the bus is unreachable."""
        return self.bus.is_away

    @is_away.setter
    def is_away(self, is_away: bool) -> None:
        self.bus.is_away = is_away

    @property
    def taken(self) -> Sequence[BusEvent]:
        """Returns the accepted events."""
        return self.bus.taken

    async def publish(self, events: Sequence[BusEvent]) -> None:
        """See `ports.projections.event_bus`.

        If the connection is lost in between, the bus has accepted some of the events.
        """
        for start in range(0, len(events), CALL_MAX):
            await self._publish(events[start : start + CALL_MAX])

    async def _publish(self, events: Sequence[BusEvent]) -> None:
        subject = " ".join(event.payment_id for event in events)
        try:
            await self._line.call("bus.publish", lambda: self.bus.take(events), subject)
        except (NotSent, LineLost) as error:
            raise BusUnavailable from error
