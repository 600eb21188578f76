"""Stores when work on payments is due. Each version with due work has one entry, under the id of the version's write.

An entry is valid only while its write is the payment's last one. The entry is inserted before the version's record, on
the same primary. So a majority that has the record also has the entry, and the insert need not wait for a majority.
After a later version is written, the entry of the version before it is removed, in batches.
"""

from collections.abc import Sequence
from typing import Any

from pymongo import WriteConcern
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError

from refunds.adapters.mongo.journal.late_batches import LateBatches
from refunds.adapters.mongo.payments.commit_batch import CommitWork
from refunds.adapters.mongo.payments.commit_storage import DUPLICATE_KEY
from refunds.adapters.mongo.stored_forms import Document

REMOVED_AT_ONCE = 256
REMOVED_AFTER_S = 1.0
AT_THE_PRIMARY = WriteConcern(w=1)


class DueEntries:
    """The due entries that one process inserts and removes."""

    def __init__(self, collection: AsyncCollection[Any]) -> None:
        self._collection = collection.with_options(write_concern=AT_THE_PRIMARY)
        self._outdated = LateBatches[str](self._delete, items_max=REMOVED_AT_ONCE, wait_s=REMOVED_AFTER_S)

    async def insert(self, works: Sequence[CommitWork]) -> None:
        """Inserts an entry for each write that leaves due work, unless the entry exists.

        Passes on the driver's errors.
        """
        entries = [_entry(work) for work in works if "due_at" in work.update]
        if not entries:
            return
        try:
            await self._collection.insert_many(entries, ordered=False)
        except BulkWriteError as error:
            if {found["code"] for found in (error.details or {}).get("writeErrors", ())} != {DUPLICATE_KEY}:
                raise

    def remove(self, write_ids: Sequence[str]) -> None:
        """Removes the entries of these writes later. The writes are outdated, or they were never stored."""
        self._outdated.add(write_ids)

    async def drain(self) -> None:
        """Removes what still waits."""
        await self._outdated.drain()

    async def _delete(self, write_ids: Sequence[str]) -> None:
        await self._collection.delete_many({"_id": {"$in": list(write_ids)}})


def _entry(work: CommitWork) -> Document:
    before, record = work.before, work.update
    if before is None:
        raise ValueError(work.key)
    return {
        "_id": work.write_id,
        "payment_id": work.key,
        "merchant_id": before.merchant_id,
        "gateway": before.gateway,
        "version": record["version"],
        "due_at": record["due_at"],
        "due_for": record["due_for"],
    }
