"""Parts outside this machine, each only if it is configured. Imports none of their libraries."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from refunds.ports.audit.anchors import Anchors
from refunds.ports.gateway.hints import Hints
from refunds.ports.projections.event_bus import EventBus


async def noop() -> None:
    """Does nothing, because there is nothing to close."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteParts:
    """The parts outside this machine; None for each that is not configured. `close` closes all of them."""

    hints: Hints | None = None
    event_bus: EventBus | None = None
    anchors: Anchors | None = None
    close: Callable[[], Awaitable[None]] = noop
