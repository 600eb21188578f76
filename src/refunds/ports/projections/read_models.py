"""What the relay keeps up to date: list, roll-ups, ledger and audit log, moved together with its place in the stream.

`apply` takes all of a batch or nothing, and only for the one relay that holds the position: whoever comes with an
outdated one is told so by RelaySuperseded and changes nothing.

List, roll-ups and ledger have two places: the current generation, which is read, and the spare one. A rebuild fills
the spare one while the current one is read and updated, and then makes it current by one move of the position. Every
write to either is part of a move of the position, so that a relay with an outdated position can harm neither.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from refunds.domain.audit.hash_chain import AuditEntry
from refunds.domain.ledger.ledger import LedgerEntry
from refunds.domain.ledger.roll_ups import CountAndSum, RollUpDimensions, RollUpKey
from refunds.domain.payment.outbox import PaymentChange
from refunds.ports.projections.refund_lists import RefundRow


class RelaySuperseded(Exception):
    """Another relay has moved the position since."""


class AlreadyApplied(Exception):
    """Something of the updates is held already; nothing of them was stored."""


class UpdatesUnfit(Exception):
    """Something of the updates can never be stored, however often it is tried; nothing of them was."""


class Phase(StrEnum):
    """What the relay is at: walk all payments, or follow the stream. CLEARING is an earlier release's rebuild."""

    CLEARING = "clearing"
    WALKING = "walking"
    STREAMING = "streaming"


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where the relay stands. Moments (`start_at`, `read_to`, `filter_until`) are the store's own, only compared.

    `seq` is raised by every move. Without `token` the stream is read from `start_at`. Until `filter_until` the stream
    may tell of what the walk has applied already. `holder` names the relay that moved last.

    `generation` is the current one of list, roll-ups and ledger; while `is_building` the next one is filled in the
    spare place. `is_spare_empty` says that nothing of an earlier generation is left there.
    """

    seq: int
    phase: Phase
    start_at: int
    token: str = ""
    read_to: int = 0
    walked_to: str = ""
    filter_until: int = 0
    holder: str = ""
    generation: int = 0
    is_building: bool = False
    is_spare_empty: bool = False

    @property
    def may_repeat(self) -> bool:
        """Whether changes that come now may be applied already."""
        return self.phase is not Phase.STREAMING or self.is_filling or self.read_to <= self.filter_until

    @property
    def is_filling(self) -> bool:
        """Whether the next generation takes updates now."""
        return self.is_building and self.is_spare_empty

    @property
    def next_generation(self) -> int:
        """The one that is being filled, or will be by the next rebuild."""
        return self.generation + 1


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
    roll_ups: Mapping[RollUpKey, Mapping[RollUpDimensions, CountAndSum]] | None = None
    ledger: Sequence[LedgerEntry] = ()
    audit: Sequence[AuditEntry] = ()

    @property
    def is_empty(self) -> bool:
        """Whether only the position moves."""
        return not (self.rows or self.roll_ups or self.ledger or self.audit)


NO_UPDATES = ReadModelUpdates()

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

    async def applied(self, changes: Sequence[PaymentChange], generation: int = 0) -> Applied:
        """What that generation, and the audit log, hold of the payments and refunds of these changes."""
        ...

    async def apply(self, moved: Position, updates: ReadModelUpdates, filling: ReadModelUpdates = NO_UPDATES) -> None:
        """Stores the updates and the position one `seq` further.

        `updates` go to the current generation of `moved` and to the audit log; `filling`, which has no audit entries,
        to its next generation. RelaySuperseded, AlreadyApplied, UpdatesUnfit.
        """
        ...

    async def empty_spare(self, moved: Position, documents_max: int) -> int:
        """Deletes up to so many documents of the spare place and stores the position one `seq` further.

        How many it deleted: none where the place is empty. RelaySuperseded.
        """
        ...
