"""Defines the collections of the payment journal, their validator and indexes. `refunds migrate` ignores them.

`payment_journal` has one record for each version of a payment, and no record is ever changed. `payment_due` has the
times at which work is due, and the leases. `payment_snapshots` has whole payments, so a read needs few records.
"""

from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.asynchronous.database import AsyncDatabase

from refunds.adapters.mongo.collections import make_collection

JOURNAL = "payment_journal"
DUE = "payment_due"
SNAPSHOTS = "payment_snapshots"

ONE_RECORD_PER_VERSION = "one_record_per_version"

_INTEGER = {"bsonType": ["int", "long"], "minimum": 0}
_CHARGED_BACK = {"$ifNull": ["$charged_back_amount", 0]}

VALIDATOR: dict[str, Any] = {
    "$jsonSchema": {
        "required": ["merchant_id", "payment_id", "version", "route", "captured_amount"],
        "properties": {
            "version": _INTEGER,
            "captured_amount": _INTEGER,
            "reserved_amount": _INTEGER,
            "refunded_amount": _INTEGER,
            "charged_back_amount": _INTEGER,
            "currency": {"bsonType": "string", "pattern": "^[A-Z]{3}$"},
        },
    },
    "$expr": {"$lte": [{"$add": ["$reserved_amount", "$refunded_amount", _CHARGED_BACK]}, "$captured_amount"]},
}
"""Refuses negative amounts, and sums above the captured amount. Checks only what records of all shapes have."""

JOURNAL_INDEXES = [
    IndexModel(
        [("merchant_id", ASCENDING), ("payment_id", ASCENDING), ("version", ASCENDING)],
        name=ONE_RECORD_PER_VERSION,
        unique=True,
    ),
    IndexModel(
        [("merchant_id", ASCENDING), ("keys", ASCENDING)],
        name="one_refund_per_key",
        unique=True,
        partialFilterExpression={"keys": {"$exists": True}},
    ),
    IndexModel(
        [("merchant_id", ASCENDING), ("idempotency_key", ASCENDING)],
        name="one_payment_per_key",
        unique=True,
        partialFilterExpression={"idempotency_key": {"$exists": True}},
    ),
    IndexModel(
        [("gateway", ASCENDING), ("gateway_payment_id", ASCENDING)],
        name="one_payment_per_capture",
        unique=True,
        partialFilterExpression={"gateway_payment_id": {"$exists": True}},
    ),
    IndexModel([("route", ASCENDING), ("payment_id", ASCENDING), ("version", ASCENDING)], name="records_of_payment"),
    IndexModel(
        [("gateway_refund_ids", ASCENDING)],
        name="gateway_refund_ids_find_payment",
        partialFilterExpression={"gateway_refund_ids": {"$exists": True}},
    ),
]

DUE_INDEXES = [
    IndexModel(
        [("due_for", ASCENDING), ("due_at", ASCENDING), ("merchant_id", ASCENDING)], name="sweep_finds_due_work"
    ),
    IndexModel([("lease", ASCENDING)], name="sweep_reads_its_claims", sparse=True),
]

SNAPSHOT_INDEXES = [IndexModel([("payment_id", ASCENDING)], name="snapshots_of_payment")]


async def create_journal(database: AsyncDatabase[Any]) -> None:
    """Creates the collections in a database that has none of them."""
    await make_collection(database, JOURNAL, validator=VALIDATOR, validationLevel="moderate")
    await database[JOURNAL].create_indexes(JOURNAL_INDEXES)
    for name, indexes in ((DUE, DUE_INDEXES), (SNAPSHOTS, SNAPSHOT_INDEXES)):
        await make_collection(database, name)
        await database[name].create_indexes(indexes)
