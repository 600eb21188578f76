"""The read models (list, roll-ups, ledger) and the audit log, written together with the relay's position.

`apply` stores all of a batch or nothing, and only with the latest position: a relay with an outdated position gets
RelaySuperseded and changes nothing.

List, roll-ups and ledger exist in two places: the current generation, which is read, and the spare one. A rebuild fills
the spare place while the current generation is read and updated; one move of the position then makes it current. Every
write to either place moves the position, so a relay with an outdated position can change neither.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from refunds.domain.audit.hash_chain import AuditEntry
from refunds.domain.ledger.ledger import LedgerEntry
from refunds.domain.ledger.roll_ups import CountAndSum, RollUpDimensions, RollUpKey
from refunds.domain.payment.outbox import PaymentChange
from refunds.ports.projections.refund_lists import RefundRow


class RelaySuperseded(Exception):
    """Another relay has moved the position meanwhile."""


class AlreadyApplied(Exception):
    """Some of the updates are already stored; this call stored nothing."""


class UpdatesUnfit(Exception):
    """Some of the updates can never be stored; this call stored nothing."""


class Phase(StrEnum):
    """What the relay does: scan all payments, or follow the stream. CLEARING is an earlier release's rebuild."""

    CLEARING = "clearing"
    SCANNING = "walking"
    STREAMING = "streaming"


class Position(Struct, frozen=True, kw_only=True):
    """The offset of the relay. Its moments are moments of the store, which can only be compared with each other.

    Moments are `start_at`, `read_to` and `filter_until`. `seq` grows with every move. If `token` is empty, the stream
    is read from `start_at`. Until `filter_until`, the stream may have changes that the scan has already applied.
    `holder` is the name of the relay that moved last.

    `generation` is the current generation of list, roll-ups and ledger; while `is_building`, the next generation is
    filled in the spare place. `is_spare_empty` is True if no data of an earlier generation is left in the spare place.
    """

    seq: int
    phase: Phase
    start_at: int
    token: str = ""
    read_to: int = 0
    scanned_to: str = ""
    filter_until: int = 0
    holder: str = ""
    generation: int = 0
    is_building: bool = False
    is_spare_empty: bool = False

    @property
    def may_repeat(self) -> bool:
        """True if the next changes may already be applied."""
        return self.phase is not Phase.STREAMING or self.is_filling or self.read_to <= self.filter_until

    @property
    def is_filling(self) -> bool:
        """True if the next generation now gets updates."""
        return self.is_building and self.is_spare_empty

    @property
    def next_generation(self) -> int:
        """Returns the generation that is being filled, or that the next rebuild will fill."""
        return self.generation + 1


class ListedRefund(Struct, frozen=True, kw_only=True):
    """A row with its tenant path and the payment's version that it shows; `is_new` is True if there is no row yet.

    `counted` are the versions whose events are counted in roll-ups together with this row. If `is_outdated` is True,
    the stored row already shows a later version and only these versions are added to it.
    """

    row: RefundRow
    path: tuple[str, ...]
    version: int
    is_new: bool
    counted: tuple[int, ...] = ()
    is_outdated: bool = False


class ReadModelUpdates(Struct, frozen=True, kw_only=True):
    """All writes of a batch; each row occurs once."""

    rows: Sequence[ListedRefund] = ()
    roll_ups: Mapping[RollUpKey, Mapping[RollUpDimensions, CountAndSum]] | None = None
    ledger: Sequence[LedgerEntry] = ()
    audit: Sequence[AuditEntry] = ()

    @property
    def is_empty(self) -> bool:
        """True if there is nothing to write."""
        return not (self.rows or self.roll_ups or self.ledger or self.audit)


NO_UPDATES = ReadModelUpdates()

COUNTED_MAX = 64
"""Number of latest counted versions that a row keeps: twice the number of events in a history."""


class Listed(Struct, frozen=True, kw_only=True):
    """The version that a refund's row shows, and the latest versions that were counted with it.

    Earlier versions were counted, too, but the row does not keep them. A row without counted versions was written by an
    earlier release; it counts every version up to the one that it shows.
    """

    version: int
    counted: Collection[int] = ()

    def holds(self, version: int) -> bool:
        """True if the events of this version about the refund are counted."""
        return version in self.counted or version < min(self.counted, default=self.version + 1)


class Applied(Struct, frozen=True, kw_only=True):
    """What is stored for some payments: rows by refund, ids of ledger entries, audited versions by payment.

    A stored version does not imply that earlier ones are stored.
    """

    listed: Mapping[str, Listed]
    posted: Collection[str]
    audited: Mapping[str, Collection[int]]


class ReadModels(Protocol):
    """The read models and the position of the relay that writes them."""

    async def position(self) -> Position:
        """Returns the stored position; if there is none, that of a scan that has yet to begin."""
        ...

    async def moment(self) -> int:
        """Returns the store's present moment, for `start_at` and `filter_until`."""
        ...

    def time_of(self, moment: int) -> datetime:
        """Returns the time of one of the store's moments, to the second."""
        ...

    async def applied(self, changes: Sequence[PaymentChange], generation: int = 0) -> Applied:
        """Returns what that generation and the audit log have of the payments and refunds of these changes."""
        ...

    async def apply(self, moved: Position, updates: ReadModelUpdates, filling: ReadModelUpdates = NO_UPDATES) -> None:
        """Stores the updates and the position with `seq` + 1.

        `updates` go to the current generation of `moved` and to the audit log; `filling`, which has no audit entries,
        goes to the next generation. Raises RelaySuperseded, AlreadyApplied, UpdatesUnfit.
        """
        ...

    async def empty_spare(self, moved: Position, documents_max: int) -> int:
        """Deletes up to `documents_max` documents of the spare place and stores the position with `seq` + 1.

        Returns the number of deleted documents, 0 if the place is empty. Raises RelaySuperseded.
        """
        ...
