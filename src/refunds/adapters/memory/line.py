"""One process's connection to the servers that it calls. Memory adapters use it for every operation.

The simulation provides a line that waits, loses and doubles; everywhere else operations happen at once.
"""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

Result = TypeVar("Result")

DOUBLED = ("hint.publish", "announcement.publish", "bus.publish")
"""Operations that a line may let happen twice."""


class NotSent(Exception):
    """The effect never happened and never will."""


class LineLost(Exception):
    """No answer came: the effect happened, will happen later (even after its caller died), or never does."""


class Line(Protocol):
    """One process's line; it dies with the process."""

    def call(self, operation: str, effect: Callable[[], Result], subject: str = "") -> Awaitable[Result]:
        """Runs `effect` on the server, one step without waiting, and returns its result.

        It happens at most once; if the operation's name is one of DOUBLED, perhaps twice. `operation` is
        `server.method`; `subject` is what it concerns, for the story of a run: ids separated by blanks. Errors:
        NotSent, LineLost, and those of the effect.
        """
        ...


class DirectLine:
    """Does every operation at once, without a wait."""

    async def call(self, operation: str, effect: Callable[[], Result], subject: str = "") -> Result:  # noqa: ARG002
        """See `Line`."""
        return effect()


DIRECT = DirectLine()
