"""Collections, validators and indexes, created or brought up to date at every start of a service.

The validator is the database's own hold on invariants 1 and 2; each index names its reason. What stands inside each
refund is checked by `refunds verify`: a check of every member would cost every write more with each refund.
"""

from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.asynchronous.database import AsyncDatabase

from refunds.adapters.mongo.collections import make_collection
from refunds.adapters.mongo.unread_webhooks import UNREAD_WEBHOOKS

PAYMENTS = "payments"
TENANTS = "tenants"
PARAMETER_VALUES = "parameter_values"
VERSIONS = "versions"
BULK_FILES = "bulk_files"

_INTEGER = {"bsonType": ["int", "long"], "minimum": 0}

PAYMENT_VALIDATOR: dict[str, Any] = {
    "$jsonSchema": {
        "bsonType": "object",
        "required": [
            "_id",
            "merchant_id",
            "path",
            "version",
            "captured_amount",
            "reserved_amount",
            "refunded_amount",
            "currency",
            "payment_method",
            "gateway",
            "gateway_payment_id",
            "captured_at",
            "refunds",
            "route",
        ],
        "properties": {
            "merchant_id": {"bsonType": "string"},
            "path": {"bsonType": "array", "items": {"bsonType": "string"}},
            "version": _INTEGER,
            "captured_amount": _INTEGER,
            "reserved_amount": _INTEGER,
            "refunded_amount": _INTEGER,
            "currency": {"bsonType": "string", "pattern": "^[A-Z]{3}$"},
            "captured_at": {"bsonType": "date"},
            "refunds": {"bsonType": "array"},
        },
    },
    "$expr": {
        "$and": [
            {"$lte": [{"$add": ["$reserved_amount", "$refunded_amount"]}, "$captured_amount"]},
            {"$eq": [{"$size": {"$setUnion": ["$refunds.idempotency_key", []]}}, {"$size": "$refunds"}]},
        ]
    },
}

PAYMENT_INDEXES = [
    IndexModel(
        [("merchant_id", ASCENDING), ("refunds.idempotency_key", ASCENDING)],
        name="one_refund_per_key",
        unique=True,
        partialFilterExpression={"refunds.idempotency_key": {"$exists": True}},
    ),
    IndexModel([("merchant_id", ASCENDING), ("idempotency_key", ASCENDING)], name="one_payment_per_key", unique=True),
    IndexModel(
        [("gateway", ASCENDING), ("gateway_payment_id", ASCENDING)], name="one_payment_per_capture", unique=True
    ),
    IndexModel([("route", ASCENDING), ("merchant_id", ASCENDING)], name="refund_ids_find_payment"),
    IndexModel(
        [("due_for", ASCENDING), ("due_at", ASCENDING), ("_id", ASCENDING), ("merchant_id", ASCENDING)],
        name="sweep_finds_due_work",
        partialFilterExpression={"due_at": {"$exists": True}},
    ),
    IndexModel([("lease", ASCENDING)], name="sweep_reads_its_claims", sparse=True),
]


async def ensure_schema(database: AsyncDatabase[Any]) -> None:
    """Creates what is missing and renews the validator; safe to run from several services at once."""
    await make_collection(database, PAYMENTS, validator=PAYMENT_VALIDATOR)
    for name in (TENANTS, PARAMETER_VALUES, VERSIONS, BULK_FILES, UNREAD_WEBHOOKS):
        await make_collection(database, name)
    await database.command("collMod", PAYMENTS, validator=PAYMENT_VALIDATOR, validationLevel="strict")
    await database[PAYMENTS].create_indexes(PAYMENT_INDEXES)
    await database[PARAMETER_VALUES].create_indexes([IndexModel([("tenant_id", ASCENDING), ("name", ASCENDING)])])
