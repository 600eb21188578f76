"""Parts outside of this machine, each only if it is configured. Imports no library of theirs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from refunds.ports.audit.anchors import Anchors
from refunds.ports.gateway.hints import Hints
from refunds.ports.projections.event_bus import EventBus


async def noop() -> None:
    """Does nothing: there is nothing to close."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteParts:
    """None for each part that is not configured; `close` closes all of them."""

    hints: Hints | None = None
    event_bus: EventBus | None = None
    anchors: Anchors | None = None
    close: Callable[[], Awaitable[None]] = noop
