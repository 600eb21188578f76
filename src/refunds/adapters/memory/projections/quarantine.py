"""Stores the quarantine of a feed reader in the simulated database. It implements `ports.projections.quarantine`."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace
from pymongo.errors import PyMongoError

from refunds.adapters.memory.client import Client, Transaction
from refunds.adapters.memory.database import MemoryDatabase
from refunds.adapters.memory.line import DIRECT, Line
from refunds.adapters.mongo.projections.offsets import POSITION_ID
from refunds.adapters.mongo.projections.quarantine import KEPT_MAX, WAITING_MAX
from refunds.domain.errors import OutcomeUnknown, StoreUnavailable
from refunds.domain.payment.outbox import PaymentChange
from refunds.ports.payments.payment_scan import Unreadable
from refunds.ports.projections.quarantine import QuarantineFull

SET_ASIDE = "set_aside"


class KeptPayment(Struct, frozen=True, kw_only=True):
    """A payment in quarantine, or changes that wait for a payment.

    `at` is when the entry was made, and `tried_at` is when the payment was last retried. `waiting` has the payment's
    changes by version. `is_named` is False if only changes wait.
    """

    reader: str
    payment_id: str
    at: datetime
    tried_at: datetime
    reason: str
    waiting: tuple[PaymentChange, ...] = ()
    is_named: bool = True


class MemoryQuarantineStore:
    """See `ports.projections.quarantine`.

    For one reader, it stores at most `kept_max` payments and `waiting_max` changes.
    """

    def __init__(
        self,
        database: MemoryDatabase | None = None,
        line: Line = DIRECT,
        *,
        reader: str = POSITION_ID,
        kept_max: int = KEPT_MAX,
        waiting_max: int = WAITING_MAX,
    ) -> None:
        self._client = Client(database or MemoryDatabase(), line)
        self._table = self._client.database.tables[SET_ASIDE]
        self._reader = reader
        self._kept_max = kept_max
        self._waiting_max = waiting_max

    @property
    def tried_at(self) -> Mapping[str, datetime]:
        """Returns the time of each payment's last retry, by payment id."""
        return {kept.payment_id: kept.tried_at for kept in self._kept(self._table.local) if kept.is_named}

    async def put(self, payments: Sequence[Unreadable], waiting: Sequence[PaymentChange], now: datetime) -> None:
        """See the port."""

        def work(transaction: Transaction) -> None:
            for payment in payments:
                known = self._of(transaction, payment.payment_id, now)
                named = replace(known, reason=payment.reason, tried_at=now, is_named=True)
                transaction.put(SET_ASIDE, self._id(payment.payment_id), named)
            for change in waiting:
                known = self._of(transaction, change.payment_id, now)
                if all(other.version != change.version for other in known.waiting):
                    changes = tuple(sorted((*known.waiting, change), key=lambda each: each.version))
                    transaction.put(SET_ASIDE, self._id(change.payment_id), replace(known, waiting=changes))
            self._check_room(transaction, payments, waiting)

        try:
            await self._client.transaction("mongo.set_aside.put", work)
        except PyMongoError as error:
            raise OutcomeUnknown from error

    def _of(self, transaction: Transaction, payment_id: str, now: datetime) -> KeptPayment:
        known: KeptPayment | None = transaction.get(SET_ASIDE, self._id(payment_id))
        if known is not None:
            return known
        return KeptPayment(reader=self._reader, payment_id=payment_id, at=now, tried_at=now, reason="", is_named=False)

    def _check_room(
        self, transaction: Transaction, payments: Sequence[Unreadable], waiting: Sequence[PaymentChange]
    ) -> None:
        """Raises QuarantineFull if the new payments or changes exceed a limit."""
        before = self._kept(self._table.local)
        touched = dict.fromkeys([each.payment_id for each in payments] + [each.payment_id for each in waiting])
        after = [transaction.get(SET_ASIDE, self._id(each)) for each in touched]
        after += [kept for kept in before if kept.payment_id not in touched]
        named, changes = _counts(after)
        named_before, changes_before = _counts(before)
        if named > max(self._kept_max, named_before) or changes > max(self._waiting_max, changes_before):
            raise QuarantineFull

    async def ids(self) -> Collection[str]:
        """See the port."""
        try:
            return await self._client.read(
                "mongo.set_aside.read",
                lambda: [kept.payment_id for kept in self._kept(self._table.majority) if kept.is_named],
            )
        except PyMongoError as error:
            raise StoreUnavailable from error

    async def waiting(
        self, payment_ids: Sequence[str]
    ) -> tuple[Mapping[str, Sequence[PaymentChange]], Sequence[Unreadable]]:
        """See the port."""

        def read() -> Mapping[str, Sequence[PaymentChange]]:
            found = [self._table.majority.get(self._id(payment_id)) for payment_id in payment_ids]
            return {kept.payment_id: kept.waiting for kept in found if kept is not None and kept.waiting}

        try:
            return await self._client.read("mongo.set_aside.read", read), ()
        except PyMongoError as error:
            raise StoreUnavailable from error

    async def drop(self, payment_ids: Sequence[str]) -> None:
        """See the port."""

        def work(transaction: Transaction) -> None:
            for payment_id in payment_ids:
                transaction.put(SET_ASIDE, self._id(payment_id), None)

        if not payment_ids:
            return
        try:
            await self._client.transaction("mongo.set_aside.drop", work)
        except PyMongoError as error:
            raise OutcomeUnknown from error

    def _kept(self, documents: Mapping[str, KeptPayment]) -> list[KeptPayment]:
        return [kept for kept in documents.values() if kept.reader == self._reader]

    def _id(self, payment_id: str) -> str:
        return f"{self._reader}:{payment_id}"


def _counts(kept: Sequence[KeptPayment]) -> tuple[int, int]:
    """Returns the number of payments in quarantine and the number of waiting changes."""
    return sum(each.is_named for each in kept), sum(len(each.waiting) for each in kept)
