"""Messages between services that there is work. They may be lost: the sweep finds all due refunds, only later."""

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
    """Refund `refund_id` of `payment_id` can be worked on.

    `merchant_id` and `gateway` allow fair scheduling; empty in hints of releases that did not send them.
    """

    kind: HintKind
    payment_id: str
    refund_id: str
    merchant_id: str = ""
    gateway: str = ""


class Hints(Protocol):
    """A bounded channel that may drop, double and reorder."""

    def publish(self, hint: Hint) -> None:
        """Never blocks and never fails: a hint that finds the channel full is dropped."""
        ...

    async def take(self, kind: HintKind, hints_max: int) -> Sequence[Hint]:
        """Waits for 1 to `hints_max` hints of a kind; empty after a short while without any."""
        ...

    async def close(self) -> None:
        """Flushes what can be flushed and closes connections."""
        ...
