"""Defines the collections, validators and indexes of this release.

`refunds migrate` creates all of these, and services never create any. Each index is named after its use.

The validator of payments enforces parts of the invariants AMOUNTS and KEYS. Refunds may not exceed the captured amount,
and idempotency keys are unique within a payment. `refunds verify` checks the contents of refunds, because a check at
every write would cost more with each refund. Writes are conditional on the payment's version (see
`payments.payment_writes`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import ASCENDING, IndexModel

from refunds.adapters.mongo.read_model_schema import (
    AUDIT_HEADS,
    AUDIT_LOG,
    GENERATIONAL,
    INDEXES,
    POSITIONS,
    REPLACED_INDEXES,
    SET_ASIDE,
    of_generation,
)

PAYMENTS = "payments"
TENANTS = "tenants"
PARAMETER_VALUES = "parameter_values"
VERSIONS = "versions"
BULK_FILES = "bulk_files"
UNREAD_WEBHOOKS = "unread_webhooks"

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

GATEWAY_REFUND_IDS: Mapping[str, str] = {
    "refunds.attempts.gateway_refund_id": "gateway_refund_ids_find_payment",
    "refunds.attempts.doubt.other_ids": "other_gateway_refund_ids_find_payment",
}
"""Maps each field that contains refunds' ids at the gateway to the index of that field.

A query must name the index. Otherwise the database may read all payments of a gateway.
"""

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
    *(
        IndexModel(
            [("gateway", ASCENDING), (field, ASCENDING)], name=name, partialFilterExpression={field: {"$gt": ""}}
        )
        for field, name in GATEWAY_REFUND_IDS.items()
    ),
    IndexModel(
        [("due_for", ASCENDING), ("due_at", ASCENDING), ("_id", ASCENDING), ("merchant_id", ASCENDING)],
        name="sweep_finds_due_work",
        partialFilterExpression={"due_at": {"$exists": True}},
    ),
    IndexModel([("lease", ASCENDING)], name="sweep_reads_its_claims", sparse=True),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionSchema:
    """The validator and the indexes of a collection.

    `replaced` names the indexes of earlier releases that are no longer needed because `indexes` replaces them.
    """

    indexes: Sequence[IndexModel] = ()
    replaced: Sequence[str] = ()
    validator: Mapping[str, Any] | None = None


def _read_models() -> Mapping[str, CollectionSchema]:
    """Returns the schemas of the read models' collections.

    All of these collections are created before the read models are written. A transaction that creates a collection
    would conflict with other transactions.
    """
    places = {of_generation(name, generation): name for name in GENERATIONAL for generation in (0, 1)}
    places |= {name: name for name in (POSITIONS, AUDIT_LOG, AUDIT_HEADS, SET_ASIDE)}
    return {
        place: CollectionSchema(indexes=INDEXES.get(name, ()), replaced=REPLACED_INDEXES.get(name, ()))
        for place, name in places.items()
    }


COLLECTIONS: Mapping[str, CollectionSchema] = {
    PAYMENTS: CollectionSchema(indexes=PAYMENT_INDEXES, validator=PAYMENT_VALIDATOR),
    TENANTS: CollectionSchema(),
    PARAMETER_VALUES: CollectionSchema(indexes=[IndexModel([("tenant_id", ASCENDING), ("name", ASCENDING)])]),
    VERSIONS: CollectionSchema(),
    BULK_FILES: CollectionSchema(),
    UNREAD_WEBHOOKS: CollectionSchema(),
    **_read_models(),
}
"""All collections of the product. A change of this table must also raise `stored_version.NEEDED`."""
