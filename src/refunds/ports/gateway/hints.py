"""Messages between services: only hints. Whoever loses them all still finishes every refund by the sweep."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class HintKind(StrEnum):
    """What is hinted at."""

    REVIEW = "refund.requested"
    SUBMIT = "refund.ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """Refund `refund_id` of `payment_id` can be worked on.

    `merchant_id` and `gateway` say whose work it is; empty in hints of versions that did not tell it.
    """

    kind: HintKind
    payment_id: str
    refund_id: str
    merchant_id: str = ""
    gateway: str = ""


class Hints(Protocol):
    """A bounded channel that may drop, double and reorder."""

    def tell(self, hint: Hint) -> None:
        """Never blocks and never fails: a hint that finds no room is dropped."""
        ...

    async def take(self, kind: HintKind, hints_max: int) -> Sequence[Hint]:
        """Waits for hints of a kind; at least one, at most `hints_max`; empty after a short while without any."""
        ...

    async def close(self) -> None:
        """Flushes what can be flushed and lets go of connections."""
        ...
