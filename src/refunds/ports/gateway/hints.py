"""Sends and receives hints. A hint is a message between services which states that there is work.

A hint may be lost. Then the sweep, which searches for due refunds, finds the refund later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class HintKind(StrEnum):
    """The kind of work that a hint announces."""

    REVIEW = "refund.requested"
    SUBMIT = "refund.ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """Names a refund that can be worked on, and its payment.

    `merchant_id` and `gateway` allow fair scheduling. Both are empty if an older release sent the hint without them.
    """

    kind: HintKind
    payment_id: str
    refund_id: str
    merchant_id: str = ""
    gateway: str = ""


class Hints(Protocol):
    """A bounded channel for hints. It may drop hints, duplicate them and change their order."""

    def publish(self, hint: Hint) -> None:
        """Sends a hint, and never blocks or fails. If the channel is full, a hint is dropped."""
        ...

    async def take(self, kind: HintKind, hints_max: int) -> Sequence[Hint]:
        """Waits for hints of a kind and returns 1 to `hints_max` of them.

        Returns an empty sequence if no hint comes within a short time.
        """
        ...

    async def close(self) -> None:
        """Sends the waiting hints, but only for a short time, and closes the connections."""
        ...
