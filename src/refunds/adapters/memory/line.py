"""Connects one process with the servers that it calls. Memory adapters use it for every operation.

The simulation passes a connection that delays, loses and duplicates operations. Elsewhere, operations run at once.
"""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

Result = TypeVar("Result")

DOUBLED = ("hint.publish", "announcement.publish", "bus.publish")
"""Operations that a connection may run twice."""


class NotSent(Exception):
    """Raised if an operation was not sent. The operation will never run on the server."""


class LineLost(Exception):
    """Raised if no answer came. The operation may have run, may run later, or may never run.

    The operation may run later even if the caller has died.
    """


class Line(Protocol):
    """The connection of one process. It ends when the process ends."""

    def call(self, operation: str, effect: Callable[[], Result], subject: str = "") -> Awaitable[Result]:
        """Runs `effect` on the server without a pause, and returns what `effect` returns.

        `effect` runs at most once, or at most twice if `operation` is in DOUBLED. `operation` has the form
        `server.method`. `subject` is for the simulation's log. It lists the ids that the operation concerns, separated
        by spaces.

        Raises NotSent if nothing was sent, or LineLost if no answer came. Passes on the errors of `effect`.
        """
        ...


class DirectLine:
    """Runs every operation at once and never fails."""

    async def call(self, operation: str, effect: Callable[[], Result], subject: str = "") -> Result:  # noqa: ARG002
        """See `Line`."""
        return effect()


DIRECT = DirectLine()
