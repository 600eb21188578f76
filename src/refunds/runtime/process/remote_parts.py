"""Parts that lie outside of this machine, each only where it is configured. Knows no library of theirs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from refunds.ports.audit.anchors import Anchors
from refunds.ports.gateway.hints import Hints
from refunds.ports.projections.event_bus import EventBus


async def nothing() -> None:
    """Nothing to let go of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteParts:
    """None for what is not configured; `close` lets go of all of them."""

    hints: Hints | None = None
    event_bus: EventBus | None = None
    anchors: Anchors | None = None
    close: Callable[[], Awaitable[None]] = nothing
