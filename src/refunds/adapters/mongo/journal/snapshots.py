"""Stores whole payments next to the journal, so that a read needs few records. A missing snapshot only costs time.

Every sixteenth version of a payment is also stored as a snapshot. Its writer does this later and in batches.
"""

from collections.abc import Sequence
from typing import Any

from pymongo import WriteConcern
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError

from refunds.adapters.mongo.journal.late_batches import LateBatches
from refunds.adapters.mongo.journal.record_forms import RECORD_SHAPE, amounts_of, encode_payment, encode_refunds
from refunds.adapters.mongo.payments.documents import Loaded
from refunds.adapters.mongo.stored_forms import SHAPE, Document

EVERY_VERSIONS = 16
STORED_AT_ONCE = 32
STORED_AFTER_S = 1.0
AT_THE_PRIMARY = WriteConcern(w=1)


class Snapshots:
    """The snapshots that one process makes of what it wrote."""

    def __init__(self, collection: AsyncCollection[Any]) -> None:
        self._collection = collection.with_options(write_concern=AT_THE_PRIMARY)
        self._due = LateBatches[Loaded](self._store, items_max=STORED_AT_ONCE, wait_s=STORED_AFTER_S)

    def note(self, stored: Sequence[Loaded]) -> None:
        """Takes note of versions that a majority has stored."""
        if due := [each for each in stored if each.payment.version % EVERY_VERSIONS == 0]:
            self._due.add(due)

    async def drain(self) -> None:
        """Stores what still waits."""
        await self._due.drain()

    async def _store(self, stored: Sequence[Loaded]) -> None:
        """Inserts the snapshots, and then deletes the older ones. So a payment always keeps a snapshot."""
        try:
            await self._collection.insert_many([_snapshot(each) for each in stored], ordered=False)
        except BulkWriteError as error:
            if (error.details or {}).get("writeConcernErrors"):
                raise
        replaced = [
            _id(each.payment.id, each.payment.version - back * EVERY_VERSIONS) for each in stored for back in (1, 2)
        ]
        await self._collection.delete_many({"_id": {"$in": replaced}})


def _snapshot(stored: Loaded) -> Document:
    payment = stored.payment
    return {
        "_id": _id(payment.id, payment.version),
        "payment_id": payment.id,
        "version": payment.version,
        "write_id": stored.write_id,
        SHAPE: RECORD_SHAPE,
        **amounts_of(payment),
        "payment": encode_payment(payment),
        "refunds": encode_refunds(payment.refunds),
    }


def _id(payment_id: str, version: int) -> str:
    return f"{payment_id}:{version}"
