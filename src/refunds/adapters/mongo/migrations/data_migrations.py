"""Changes stored data of earlier releases to the form that this release needs. Only the migration calls this module.

A data migration may stop at any point and run again. Services of this release and of the previous one may run at the
same time. A data migration reads documents in the order of their ids and skips those that are already changed. A query
counts the remaining documents.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import UpdateOne
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError, DuplicateKeyError

from refunds.adapters.mongo.audit_log import append_audit
from refunds.adapters.mongo.payments.commit_storage import REFUSALS
from refunds.adapters.mongo.payments.documents import to_fields
from refunds.adapters.mongo.schema import PARAMETER_VALUES, PAYMENTS
from refunds.adapters.mongo.settings.parameters import to_value_or_unreadable
from refunds.adapters.mongo.settings.versions import raise_version
from refunds.adapters.mongo.stored_forms import PARAMETER_VALUE
from refunds.adapters.mongo.transactions import in_transaction
from refunds.domain.settings.parameters import EARLIER_NAMES, REWRITTEN_SUFFIX, ParameterValue, rewritten
from refunds.usecases.audit.audit_codec import parameter_entry

Database = AsyncDatabase[Any]

VALUES_PER_TRANSACTION = 50
PAYMENTS_PER_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Batch:
    """The result of one step of a data migration.

    `after` is the last id that the step read, or empty if no documents were left. `done` is the number of changed
    documents.
    """

    after: str
    done: int


@dataclass(frozen=True, slots=True)
class DataMigration:
    """One change of stored data. `left` counts the documents that still have to be changed.

    `step` changes the next batch of documents after an id. The first call passes an empty id.
    """

    name: str
    on: str
    text: str
    left: Callable[[Database], Awaitable[int]]
    step: Callable[[Database, str], Awaitable[Batch]]


async def _values_left(database: Database) -> int:
    """Counts the values under earlier parameter names that have no rewritten value yet."""
    twins = {
        "from": PARAMETER_VALUES,
        "let": {"twin": {"$concat": ["$_id", REWRITTEN_SUFFIX]}},
        "pipeline": [{"$match": {"$expr": {"$eq": ["$_id", "$$twin"]}}}],
        "as": "twins",
    }
    pipeline: list[dict[str, Any]] = [
        {"$match": {"name": {"$in": sorted(EARLIER_NAMES)}}},
        {"$lookup": twins},
        {"$match": {"twins": []}},
        {"$count": "left"},
    ]
    counted = await (await database[PARAMETER_VALUES].aggregate(pipeline)).to_list(None)
    return int(counted[0]["left"]) if counted else 0


async def _rewrite_values(database: Database, after: str) -> Batch:
    """Adds a value in the base currency for each earlier value in whole units of the payment's currency.

    The old value stays, because the audit log refers to it.
    """
    earlier = {"name": {"$in": sorted(EARLIER_NAMES)}, "_id": {"$gt": after}}
    page = await database[PARAMETER_VALUES].find(earlier).sort("_id", 1).limit(VALUES_PER_TRANSACTION).to_list(None)
    if not page:
        return Batch("", 0)
    last = page[-1]["_id"]
    found = [to_value_or_unreadable(document) for document in page]
    new = [rewritten(value) for value in found if isinstance(value, ParameterValue)]

    async def write(session: AsyncClientSession) -> int:
        return await _add_missing(database, new, session)

    try:
        return Batch(last, await in_transaction(database, write))
    except DuplicateKeyError:  # another migration, whose lease was assumed over, wrote some of them now
        return Batch(after, 0)


async def _add_missing(database: Database, values: Sequence[ParameterValue], session: AsyncClientSession) -> int:
    wanted = {"_id": {"$in": [value.id for value in values]}}
    known = {each["_id"] async for each in database[PARAMETER_VALUES].find(wanted, {"_id": 1}, session=session)}
    missing = [value for value in values if value.id not in known]
    if missing:
        documents = [to_fields(value, PARAMETER_VALUE) for value in missing]
        await database[PARAMETER_VALUES].insert_many(documents, session=session)
        await raise_version(database, PARAMETER_VALUES, session)
        await append_audit(session, database, [parameter_entry(value) for value in missing])
    return len(missing)


_ENDED = {"lease": {"$exists": True}, "due_at": {"$exists": False}}
"""Filter for payments without due work that still have a lease, and therefore an entry in the index of leases."""


async def _leases_left(database: Database) -> int:
    return await database[PAYMENTS].count_documents(_ENDED)


async def _drop_leases(database: Database, after: str) -> Batch:
    """Removes leases from payments without due work. Changes nothing else of a payment and emits no event."""
    found = database[PAYMENTS].find({**_ENDED, "_id": {"$gt": after}}, {"_id": 1}).sort("_id", 1)
    page = await found.hint([("_id", 1)]).to_list(PAYMENTS_PER_BATCH)  # one pass in all, however many have a lease
    if not page:
        return Batch("", 0)
    updates = [UpdateOne({"_id": each["_id"], **_ENDED}, {"$unset": {"lease": ""}}) for each in page]
    try:
        done = (await database[PAYMENTS].bulk_write(updates, ordered=False)).modified_count
    except BulkWriteError as error:
        details = error.details or {}
        refused = {each["code"] for each in details.get("writeErrors", ())}
        if details.get("writeConcernErrors") or not refused <= REFUSALS:
            raise
        done = int(details["nModified"])  # documents that break the validator stay unchanged
    return Batch(page[-1]["_id"], done)


MIGRATIONS_OF_DATA: Sequence[DataMigration] = (
    DataMigration(
        "amounts_of_parameters",
        PARAMETER_VALUES,
        "add amounts of the base currency to values that were whole units of any",
        _values_left,
        _rewrite_values,
    ),
    DataMigration(
        "leases_of_ended_payments", PAYMENTS, "take old leases from payments without work", _leases_left, _drop_leases
    ),
)
"""All data migrations, in the order in which they run. A migration stays here while data that needs it may exist."""
