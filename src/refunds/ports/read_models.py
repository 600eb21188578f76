"""What the relay keeps up to date: list, roll-ups, ledger and audit log, moved together with its place in the stream.

`apply` takes all of a batch or nothing, and only for the one relay that holds the position: whoever comes with an
outdated one is told so by RelaySuperseded and changes nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from refunds.domain.audit import AuditEntry
from refunds.domain.changes import PaymentChange
from refunds.domain.ledger import LedgerEntry
from refunds.domain.roll_ups import Cell, RollUpKey, Tally
from refunds.ports.refund_lists import RefundRow


class RelaySuperseded(Exception):
    """Another relay has moved the position since."""


class AlreadyApplied(Exception):
    """Something of the updates is held already; nothing of them was stored."""


class UpdatesUnfit(Exception):
    """Something of the updates can never be stored, however often it is tried; nothing of them was."""


class Phase(StrEnum):
    """What the relay is at: empty what is to be rebuilt, walk all payments, follow the stream."""

    CLEARING = "clearing"
    WALKING = "walking"
    STREAMING = "streaming"


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where the relay stands. Moments (`start_at`, `read_to`, `filter_until`) are the store's own, only compared.

    `seq` is raised by every move. Without `token` the stream is read from `start_at`. Until `filter_until` the stream
    may tell of what the walk has applied already. `holder` names the relay that moved last.
    """

    seq: int
    phase: Phase
    start_at: int
    token: str = ""
    read_to: int = 0
    walked_to: str = ""
    filter_until: int = 0
    holder: str = ""

    @property
    def may_repeat(self) -> bool:
        """Whether changes that come now may be applied already."""
        return self.phase is not Phase.STREAMING or self.read_to <= self.filter_until


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedRefund:
    """A row with its tenant path and the payment's version that it shows; `is_new` where no row is there yet.

    `counted` are the versions that are counted with this row; where it `is_outdated`, the row that is there shows a
    later version, and only takes these.
    """

    row: RefundRow
    path: tuple[str, ...]
    version: int
    is_new: bool
    counted: tuple[int, ...] = ()
    is_outdated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadModelUpdates:
    """All that a batch changes, each row once."""

    rows: Sequence[ListedRefund] = ()
    roll_ups: Mapping[RollUpKey, Mapping[Cell, Tally]] | None = None
    ledger: Sequence[LedgerEntry] = ()
    audit: Sequence[AuditEntry] = ()

    @property
    def is_empty(self) -> bool:
        """Whether only the position moves."""
        return not (self.rows or self.roll_ups or self.ledger or self.audit)


COUNTED_MAX = 64
"""So many of the latest counted versions stand in a row: twice what a history keeps to tell again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The version that a refund's row shows, and the latest ones that were counted with it.

    What comes before the first of these is counted as well: the row is younger than that, it is an earlier release's,
    or there are too many to keep. A row without any is an earlier release's, which counted up to the version shown.
    """

    version: int
    counted: Collection[int] = ()

    def holds(self, version: int) -> bool:
        """Whether the events that this version told of the refund are counted."""
        return version in self.counted or version < min(self.counted, default=self.version + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What the read models hold of some payments: rows by refund, ids of ledger entries, audited versions by payment.

    Each exactly: a version that is held says nothing of those before it.
    """

    listed: Mapping[str, Listed]
    posted: Collection[str]
    audited: Mapping[str, Collection[int]]


class ReadModels(Protocol):
    """The read models and the position of the relay that keeps them."""

    async def position(self) -> Position:
        """The stored position; at the very first, that of a walk that has yet to begin."""
        ...

    async def moment(self) -> int:
        """The store's present moment, for `start_at` and `filter_until`."""
        ...

    def time_of(self, moment: int) -> datetime:
        """The time of one of the store's moments, to the second."""
        ...

    async def applied(self, changes: Sequence[PaymentChange]) -> Applied:
        """What is held of the payments and refunds of these changes."""
        ...

    async def apply(self, moved: Position, updates: ReadModelUpdates) -> None:
        """Stores the updates and the position one `seq` further.

        RelaySuperseded, AlreadyApplied, UpdatesUnfit.
        """
        ...

    async def clear(self) -> None:
        """Empties list, roll-ups and ledger; never the audit log. Only while the position says CLEARING."""
        ...
