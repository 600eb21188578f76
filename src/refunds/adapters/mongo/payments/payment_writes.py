"""Writes conditional updates of payments in one unordered bulk write. Each update has its own outcome.

Only the group commit uses this module. An update never creates a payment. An update applies only if the payment still
has the version that was read. The id of the write that created the version must be the same, too. So a version that a
fail-over removed is never confused with another version of the same number.
"""

from typing import Any

from pymongo import UpdateOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError, PyMongoError

from refunds.adapters.mongo.payments.commit_batch import CommitWork
from refunds.adapters.mongo.payments.commit_storage import REFUSALS, Outcomes, write_encodable
from refunds.adapters.mongo.stored_forms import Document

BY_ID = "_id_"
"""Index hint for the updates. Without this hint, the database also tries indexes that begin with the merchant."""


class PaymentWrites:
    """Writes batches of updates and looks up unknown outcomes.

    `updated` is the same collection as `collection`, but belongs to a client that is used only for writes.
    """

    def __init__(self, collection: AsyncCollection[Any], updated: AsyncCollection[Any] | None = None) -> None:
        self._collection = collection
        self._updated = collection if updated is None else updated

    async def write(self, works: list[CommitWork]) -> Outcomes:
        """Writes all updates in one bulk write. In the result, `unknown` has the works without a reported outcome."""
        try:
            result = await self._updated.bulk_write([_operation(work) for work in works], ordered=False)
        except BulkWriteError as error:
            return _sorted_out(works, error)
        except PyMongoError:
            return Outcomes(unknown=works)
        except Exception as error:  # noqa: BLE001 - the driver cannot encode one of them
            return await write_encodable(works, error, self.write)
        return Outcomes(applied=works) if result.matched_count == len(works) else Outcomes(unknown=works)

    async def look_up(self, works: list[CommitWork]) -> Outcomes:
        """Looks up what a majority has stored, and returns the outcome of each work.

        A work is applied if its write is stored. It is `unknown` if the version before its write is still the current
        one. Otherwise it is lost. Raises PyMongoError if the database cannot be read.
        """
        fields = {"version": 1, "last_write": 1, "refunds.history.id": 1}
        cursor = self._collection.find({"_id": {"$in": [work.key for work in works]}}, fields)
        found = {document["_id"]: document for document in await cursor.to_list(None)}
        outcomes = Outcomes()
        for work in works:
            document = found.get(work.key)
            if document is not None and _contains_write(document, work.write_id):
                outcomes.applied.append(work)
            elif document is not None and _stands_before(document, work):
                outcomes.unknown.append(work)
            else:
                outcomes.lost.append(work)
        return outcomes


def _operation(work: CommitWork) -> UpdateOne:
    if work.before is None:
        raise ValueError(work.key)
    condition = {
        "_id": work.key,
        "merchant_id": work.before.merchant_id,
        "version": work.before.version,
        "last_write": work.before_write_id,
    }
    return UpdateOne(condition, work.update, hint=BY_ID)


def _contains_write(document: Document, write_id: str) -> bool:
    if document.get("last_write") == write_id:
        return True
    suffix = f"_{write_id}"
    return any(
        event["id"].endswith(suffix) for refund in document.get("refunds", ()) for event in refund.get("history", ())
    )


def _stands_before(document: Document, work: CommitWork) -> bool:
    before = work.before
    is_same_write = document.get("last_write") == work.before_write_id
    return before is not None and document["version"] == before.version and is_same_write


def _sorted_out(works: list[CommitWork], error: BulkWriteError) -> Outcomes:
    """Returns the outcomes of a bulk write that the database answered with errors.

    After a write concern error no outcome is certain. This includes duplicate keys, because a fail-over may remove the
    write that used the key first.
    """
    details = error.details or {}
    if details.get("writeConcernErrors"):
        return Outcomes(unknown=works)
    codes = {e["index"]: e["code"] for e in details.get("writeErrors", ())}
    outcomes = Outcomes(refused=[(works[index], code) for index, code in codes.items() if code in REFUSALS])
    outcomes.unknown = [works[index] for index, code in codes.items() if code not in REFUSALS]
    rest = [work for index, work in enumerate(works) if index not in codes]
    if details.get("nMatched") == len(rest):
        outcomes.applied = rest
    else:
        outcomes.unknown += rest
    return outcomes
