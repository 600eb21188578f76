"""A bus in memory: keeps what it accepts, and can be unreachable. Events are sent ten at a time, as to the real one."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from refunds.adapters.memory.line import DIRECT, Line, LineLost, NotSent
from refunds.ports.projections.event_bus import BusEvent, BusUnavailable

CALL_MAX = 10


@dataclass(slots=True)
class MemoryBus:
    """The server: all accepted events, in order, with duplicates."""

    is_away: bool = False
    taken: list[BusEvent] = field(default_factory=list)

    def take(self, events: Sequence[BusEvent]) -> None:
        """Accepts the events. BusUnavailable."""
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
        """The accepted events."""
        return self.bus.taken

    async def publish(self, events: Sequence[BusEvent]) -> None:
        """See the port. If the line is lost in between, the bus has accepted some of them."""
        for start in range(0, len(events), CALL_MAX):
            await self._publish(events[start : start + CALL_MAX])

    async def _publish(self, events: Sequence[BusEvent]) -> None:
        subject = " ".join(event.payment_id for event in events)
        try:
            await self._line.call("bus.publish", lambda: self.bus.take(events), subject)
        except (NotSent, LineLost) as error:
            raise BusUnavailable from error
