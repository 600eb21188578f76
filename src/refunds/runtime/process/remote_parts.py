"""Holds the parts of a process that run outside this machine. Does not import the libraries of these parts."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from refunds.ports.audit.anchors import Anchors
from refunds.ports.gateway.hints import Hints
from refunds.ports.projections.event_bus import EventBus


async def noop() -> None:
    """Does nothing, because there is nothing to close."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteParts:
    """The parts outside this machine. A part is None if it is not configured. `close` closes all parts."""

    hints: Hints | None = None
    event_bus: EventBus | None = None
    anchors: Anchors | None = None
    close: Callable[[], Awaitable[None]] = noop
