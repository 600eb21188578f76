"""An event bus in memory. It keeps the events that it accepts, and tests can make it unreachable.

One call passes at most ten events, as on the real bus.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from refunds.adapters.memory.line import DIRECT, Line, LineLost, NotSent
from refunds.ports.projections.event_bus import BusEvent, BusUnavailable

CALL_MAX = 10


@dataclass(slots=True)
class MemoryBus:
    """The bus that all `MemoryEventBus` objects share. `taken` has all accepted events in order, even duplicates."""

    is_away: bool = False
    taken: list[BusEvent] = field(default_factory=list)

    def take(self, events: Sequence[BusEvent]) -> None:
        """Accepts the events. Raises BusUnavailable while `is_away` is True."""
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
        """Returns the events that the bus has accepted."""
        return self.bus.taken

    async def publish(self, events: Sequence[BusEvent]) -> None:
        """See `ports.projections.event_bus`. If the connection fails, the bus may have accepted some of the events."""
        for start in range(0, len(events), CALL_MAX):
            await self._publish(events[start : start + CALL_MAX])

    async def _publish(self, events: Sequence[BusEvent]) -> None:
        subject = " ".join(event.payment_id for event in events)
        try:
            await self._line.call("bus.publish", lambda: self.bus.take(events), subject)
        except (NotSent, LineLost) as error:
            raise BusUnavailable from error
