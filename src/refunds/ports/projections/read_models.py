"""Writes the read models and the audit log together with the relay's position.

The read models are the list of refunds, the roll-ups and the ledger. `apply` stores a whole batch or nothing, and only
if the relay has the latest position. A relay with an outdated position gets RelaySuperseded and changes nothing.

The read models exist in two places. Readers read the current generation in one place. The other place is the spare
place. A rebuild fills the spare place while the current generation is still read and updated. Then one move of the
position makes the new generation current. Every write to either place moves the position. So a relay with an outdated
position can change neither place.
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
    """Another relay has moved the position in the meantime."""


class AlreadyApplied(Exception):
    """Some of the updates are already stored, so this call stored nothing."""


class UpdatesUnfit(Exception):
    """Some of the updates can never be stored, so this call stored nothing."""


class Phase(StrEnum):
    """The phase of the relay, which either scans all payments or follows the stream.

    CLEARING is the phase of a rebuild in an older release.
    """

    CLEARING = "clearing"
    SCANNING = "walking"
    STREAMING = "streaming"


class Position(Struct, frozen=True, kw_only=True):
    """The position of the relay in the feed.

    `start_at`, `read_to` and `filter_until` are times of the store's own clock, as integers. These times can only be
    compared with each other. `seq` grows with every move. If `token` is empty, the stream is read from `start_at`. Up
    to `filter_until`, the stream may contain changes that the scan has already applied. `holder` is the name of the
    relay that last moved the position.

    `generation` is the current generation of the read models. While `is_building` is True, a rebuild fills the next
    generation in the spare place. `is_spare_empty` is True if the spare place contains no data of an earlier
    generation.
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
        """True if the next changes may include changes that have already been applied."""
        return self.phase is not Phase.STREAMING or self.is_filling or self.read_to <= self.filter_until

    @property
    def is_filling(self) -> bool:
        """True if updates also go to the next generation now."""
        return self.is_building and self.is_spare_empty

    @property
    def next_generation(self) -> int:
        """Returns the number of the generation that a rebuild is filling or will fill next."""
        return self.generation + 1


class ListedRefund(Struct, frozen=True, kw_only=True):
    """A row of the list of refunds, with its tenant path.

    `version` is the version of the payment that the row shows. `is_new` is True if no row is stored yet. `counted`
    contains the versions whose events are counted in the roll-ups together with this row. If `is_outdated` is True, the
    stored row already shows a later version, so only `counted` is added to it.
    """

    row: RefundRow
    path: tuple[str, ...]
    version: int
    is_new: bool
    counted: tuple[int, ...] = ()
    is_outdated: bool = False


class ReadModelUpdates(Struct, frozen=True, kw_only=True):
    """All writes of one batch. Each row occurs only once."""

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
"""The number of latest counted versions that a row keeps. It is twice the number of events in a history."""


class Listed(Struct, frozen=True, kw_only=True):
    """The version of the payment that a refund's row shows, and the latest versions counted with the row.

    Earlier versions were counted too, but the row does not keep them. A row without counted versions was written by an
    older release. Such a row counts every version up to `version`.
    """

    version: int
    counted: Collection[int] = ()

    def holds(self, version: int) -> bool:
        """True if the events of this version about the refund are already counted."""
        return version in self.counted or version < min(self.counted, default=self.version + 1)


class Applied(Struct, frozen=True, kw_only=True):
    """What the read models and the audit log already contain for some payments.

    `listed` maps refund ids to rows. `posted` contains ids of ledger entries. `audited` maps payment ids to versions.
    If a version is stored, earlier versions may still be missing.
    """

    listed: Mapping[str, Listed]
    posted: Collection[str]
    audited: Mapping[str, Collection[int]]


class ReadModels(Protocol):
    """Writes the read models and the position of the relay."""

    async def position(self) -> Position:
        """Returns the stored position. If no position is stored, returns the position of a scan that has not begun."""
        ...

    async def moment(self) -> int:
        """Returns the current time of the store's own clock, for `start_at` and `filter_until`."""
        ...

    def time_of(self, moment: int) -> datetime:
        """Converts a time of the store's own clock into a datetime, to the second."""
        ...

    async def applied(self, changes: Sequence[PaymentChange], generation: int = 0) -> Applied:
        """Returns what the generation and the audit log already contain for these changes.

        The result covers the payments and refunds of the changes.
        """
        ...

    async def apply(self, moved: Position, updates: ReadModelUpdates, filling: ReadModelUpdates = NO_UPDATES) -> None:
        """Stores the updates, and the position with `seq` raised by 1.

        `updates` go to the current generation of `moved` and to the audit log. `filling` goes to the next generation
        and contains no audit entries. Raises RelaySuperseded, AlreadyApplied or UpdatesUnfit.
        """
        ...

    async def empty_spare(self, moved: Position, documents_max: int) -> int:
        """Deletes up to `documents_max` documents of the spare place.

        Also stores the position with `seq` raised by 1. Returns the number of deleted documents, which is 0 if the
        spare place is empty. Raises RelaySuperseded if another relay has moved the position.
        """
        ...
