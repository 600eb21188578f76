"""The way of one process to the servers that it talks to. Memory adapters use it for every operation.

The simulation hands in a line that waits, loses and doubles; everywhere else operations happen at once.
"""

from collections.abc import Callable
from typing import Protocol, TypeVar

Result = TypeVar("Result")

DOUBLED = ("hint.publish", "announcement.publish", "bus.publish")
"""Operations that a line may let happen twice."""


class NotSent(Exception):
    """The effect never happened and never will."""


class LineLost(Exception):
    """No answer came: the effect happened, will happen later (also after its caller died), or never does."""


class Line(Protocol):
    """One process's line; it dies with the process."""

    async def call(self, operation: str, effect: Callable[[], Result], subject: str = "") -> Result:
        """Lets the server do `effect`, a step without any wait, and returns what it answers.

        It happens once at most; where the operation's name is one of DOUBLED, perhaps twice. `operation` is
        `server.method`; `subject` names what it is about, for who tells the story of a run: ids joined by blanks.
        Errors: NotSent, LineLost, and what the effect raises.
        """
        ...


class DirectLine:
    """Does every operation at once, without a wait."""

    async def call(self, operation: str, effect: Callable[[], Result], subject: str = "") -> Result:  # noqa: ARG002
        """See `Line`."""
        return effect()


DIRECT = DirectLine()
