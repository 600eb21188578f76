"""One process's connection to the servers that it calls. Memory adapters use it for every operation.

The simulation passes a connection that delays, loses and duplicates operations; elsewhere operations run at once.
"""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

Result = TypeVar("Result")

DOUBLED = ("hint.publish", "announcement.publish", "bus.publish")
"""Operations that a connection may run twice."""


class NotSent(Exception):
    """The operation was not sent: its effect never happens."""


class LineLost(Exception):
    """No answer came: the effect has happened, will happen later (even after the caller died), or never happens."""


class Line(Protocol):
    """The connection of one process; it ends with the process."""

    def call(self, operation: str, effect: Callable[[], Result], subject: str = "") -> Awaitable[Result]:
        """Runs `effect` on the server, as one step without waiting, and returns its result.

        The effect happens at most once; if the operation's name is in DOUBLED, at most twice. `operation` is
        `server.method`; `subject` is for the log of a run: the ids that it concerns, separated by blanks. Raises
        NotSent, LineLost, and the errors of the effect.
        """
        ...


class DirectLine:
    """Runs every operation at once."""

    async def call(self, operation: str, effect: Callable[[], Result], subject: str = "") -> Result:  # noqa: ARG002
        """See `Line`."""
        return effect()


DIRECT = DirectLine()
