"""Messages between services that work is available. They may be lost: the sweep finds all due refunds, only later."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class HintKind(StrEnum):
    """The kind of work."""

    REVIEW = "refund.requested"
    SUBMIT = "refund.ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """Names a refund that can be worked on, and its payment.

    `merchant_id` and `gateway` allow fair scheduling; they are empty in hints of releases that did not send them.
    """

    kind: HintKind
    payment_id: str
    refund_id: str
    merchant_id: str = ""
    gateway: str = ""


class Hints(Protocol):
    """A bounded channel that may drop, duplicate and reorder hints."""

    def publish(self, hint: Hint) -> None:
        """Sends a hint; never blocks and never fails. If the channel is full, a hint is dropped."""
        ...

    async def take(self, kind: HintKind, hints_max: int) -> Sequence[Hint]:
        """Waits for 1 to `hints_max` hints of a kind; returns none if none comes for a short while."""
        ...

    async def close(self) -> None:
        """Sends waiting hints for a short time and closes the connections."""
        ...
