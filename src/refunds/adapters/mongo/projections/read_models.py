"""Stores the read models in MongoDB. Each batch and the relay's new offset are written in one transaction.

The transaction moves the offset first. A relay whose offset was moved by another relay writes nothing. Until the
transaction ends, all other relays have to wait. No insert finds a duplicate, because this module gets only changes that
are not applied yet.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeAlias

from bson.errors import BSONError
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError, DuplicateKeyError, OperationFailure, PyMongoError

from refunds.adapters.mongo.audit_log import append_audit
from refunds.adapters.mongo.cluster_time import present, time_of
from refunds.adapters.mongo.payments.commit_storage import DUPLICATE_KEY, REFUSALS
from refunds.adapters.mongo.projections.offsets import move_position, read_position
from refunds.adapters.mongo.projections.read_model_documents import (
    ledger_document,
    refund_document,
    refund_update,
    roll_up_update,
)
from refunds.adapters.mongo.read_model_schema import (
    AUDIT_LOG,
    GENERATIONAL,
    LEDGER,
    REFUND_LIST,
    ROLL_UPS,
    of_generation,
)
from refunds.adapters.mongo.transactions import in_transaction
from refunds.domain.errors import OutcomeUnknown, StoreUnavailable
from refunds.domain.ledger.ledger import entry_id
from refunds.domain.payment.outbox import PaymentChange
from refunds.ports.projections.read_models import (
    NO_UPDATES,
    AlreadyApplied,
    Applied,
    Listed,
    ListedRefund,
    Position,
    ReadModelUpdates,
    UpdatesUnfit,
)

Collection: TypeAlias = AsyncCollection[Any]


class MongoReadModels:
    """See `ports.projections.read_models`."""

    def __init__(self, database: AsyncDatabase[Any]) -> None:
        self._database = database

    async def position(self) -> Position:
        """See the port."""
        try:
            return await read_position(self._database)
        except PyMongoError as error:
            raise StoreUnavailable from error

    async def moment(self) -> int:
        """See the port."""
        try:
            return await present(self._database)
        except PyMongoError as error:
            raise StoreUnavailable from error

    def time_of(self, moment: int) -> datetime:
        """See the port."""
        return time_of(moment)

    async def applied(self, changes: Sequence[PaymentChange], generation: int = 0) -> Applied:
        """See the port."""
        entries = [entry_id(event.id) for change in changes for event in change.items]
        refunds = {state.id for change in changes for state in change.refunds}
        payments = {change.payment_id for change in changes}
        try:
            posted = self._of(LEDGER, generation).find({"_id": {"$in": entries}}, {"_id": 1})
            shown = {"version": 1, "counted": 1}
            listed = self._of(REFUND_LIST, generation).find({"_id": {"$in": list(refunds)}}, shown)
            audited = await self._database[AUDIT_LOG].aggregate(
                [
                    {"$match": {"subject": {"$in": list(payments)}}},
                    {"$group": {"_id": "$subject", "versions": {"$push": "$version"}}},
                ]
            )
            return Applied(
                listed={
                    row["_id"]: Listed(version=row["version"], counted=row.get("counted", ())) async for row in listed
                },
                posted={entry["_id"] async for entry in posted},
                audited={group["_id"]: frozenset(group["versions"]) async for group in audited},
            )
        except PyMongoError as error:
            raise StoreUnavailable from error

    async def apply(self, moved: Position, updates: ReadModelUpdates, filling: ReadModelUpdates = NO_UPDATES) -> None:
        """See `ports.projections.read_models`.

        Raises OutcomeUnknown if the database does not report whether the transaction was committed.
        """
        try:
            if updates.is_empty and filling.is_empty:
                await move_position(self._database, moved)
                return

            async def write(session: AsyncClientSession) -> None:
                await move_position(self._database, moved, session)
                await self._write(session, updates, moved.generation)
                await self._write(session, filling, moved.next_generation)

            await in_transaction(self._database, write)
        except (BulkWriteError, DuplicateKeyError) as error:
            codes = _codes(error)
            if DUPLICATE_KEY in codes:
                raise AlreadyApplied from error
            if codes <= REFUSALS:
                raise UpdatesUnfit from error
            raise OutcomeUnknown from error
        except (BSONError, OverflowError, UnicodeError) as error:
            raise UpdatesUnfit from error
        except PyMongoError as error:
            raise OutcomeUnknown from error

    async def _write(self, session: AsyncClientSession, updates: ReadModelUpdates, generation: int) -> None:
        if updates.roll_ups:
            raises = [roll_up_update(key, cells) for key, cells in updates.roll_ups.items()]
            await self._of(ROLL_UPS, generation).bulk_write(raises, ordered=False, session=session)
        if updates.ledger:
            entries = [ledger_document(entry) for entry in updates.ledger]
            await self._of(LEDGER, generation).insert_many(entries, ordered=False, session=session)
        if updates.audit:
            await append_audit(session, self._database, updates.audit)
        rows = self._of(REFUND_LIST, generation)
        await self._list([row for row in updates.rows if row.is_new], rows, session)
        await self._relist([row for row in updates.rows if not row.is_new], rows, session)

    async def _list(self, rows: Sequence[ListedRefund], of: Collection, session: AsyncClientSession) -> None:
        if rows:
            documents = [refund_document(row) for row in rows]
            await of.insert_many(documents, ordered=False, session=session)

    async def _relist(self, rows: Sequence[ListedRefund], of: Collection, session: AsyncClientSession) -> None:
        if rows:
            operations = [refund_update(row) for row in rows]
            await of.bulk_write(operations, ordered=False, session=session)

    async def empty_spare(self, moved: Position, documents_max: int) -> int:
        """See `ports.projections.read_models`.

        Raises OutcomeUnknown if the database does not report whether the transaction was committed.
        """

        async def empty(session: AsyncClientSession) -> int:
            await move_position(self._database, moved, session)
            deleted = 0
            for name in GENERATIONAL:
                place = self._of(name, moved.next_generation)
                found = await place.find({}, {"_id": 1}, session=session).limit(documents_max - deleted).to_list(None)
                if found:
                    await place.delete_many({"_id": {"$in": [each["_id"] for each in found]}}, session=session)
                deleted += len(found)
                if deleted == documents_max:
                    break
            return deleted

        try:
            return await in_transaction(self._database, empty)
        except PyMongoError as error:
            raise OutcomeUnknown from error

    def _of(self, name: str, generation: int) -> Collection:
        return self._database[of_generation(name, generation)]


def _codes(error: OperationFailure) -> set[int]:
    errors = (error.details or {}).get("writeErrors", ({"code": error.code},))
    return {found["code"] for found in errors}
