"""A bus in memory, for tests: keeps what it took, and can be away."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from refunds.ports.event_bus import BusEvent, BusUnavailable


@dataclass(slots=True)
class MemoryEventBus:
    """See `ports.event_bus`."""

    is_away: bool = False
    taken: list[BusEvent] = field(default_factory=list)

    async def publish(self, events: Sequence[BusEvent]) -> None:
        """See the port."""
        if self.is_away:
            raise BusUnavailable
        self.taken += events
