"""One unordered bulk of conditional updates of payments, each with its own outcome.

Called by the group commit alone. Never with upsert. A write's condition is the version and the id of the write that
created it, so a version that a failover removed is never confused with another of the same number.
"""

from dataclasses import dataclass, field
from typing import Any

import bson
from pymongo import UpdateOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.common import MAX_BSON_SIZE
from pymongo.errors import BulkWriteError, DocumentTooLarge, PyMongoError

from refunds.adapters.mongo.payments.commit_batch import CommitWork
from refunds.adapters.mongo.stored_forms import Document

DUPLICATE_KEY = 11000
VALIDATOR = 121
REFUSALS = frozenset({DUPLICATE_KEY, VALIDATOR, 2, 9, 14, 28, 40, 52, 57, 10334, 17419})
"""Error codes of updates that can never succeed: because of their form, their size, or a rule of the collection."""
TOO_LONG = frozenset({10334, 17419})
"""Error codes for a document above the database's limit of 16 MiB."""

BY_ID = "_id_"
"""Index hint for the updates: without it, the database also tries indexes that begin with the merchant."""

STORE_PAUSE_S = 0.1
REPEAT_PAUSE_S = 0.02


class DatabaseRefused(Exception):
    """A rule or limit of the database refused what the domain had allowed: a defect, never the caller's mistake."""


@dataclass(slots=True)
class Outcomes:
    """The outcomes of a bulk; each work is in one of the lists."""

    applied: list[CommitWork] = field(default_factory=list)
    refused: list[tuple[CommitWork, int]] = field(default_factory=list)
    broken: list[tuple[CommitWork, Exception]] = field(default_factory=list)
    lost: list[CommitWork] = field(default_factory=list)
    unknown: list[CommitWork] = field(default_factory=list)

    def add(self, other: "Outcomes") -> None:
        """Adds the outcomes of another bulk."""
        self.applied += other.applied
        self.refused += other.refused
        self.broken += other.broken
        self.lost += other.lost
        self.unknown += other.unknown


class PaymentWrites:
    """Writes batches and looks up unknown outcomes. `updated` is the same collection, by a client that only writes."""

    def __init__(self, collection: AsyncCollection[Any], updated: AsyncCollection[Any] | None = None) -> None:
        self._collection = collection
        self._updated = collection if updated is None else updated

    async def write(self, works: list[CommitWork]) -> Outcomes:
        """Writes one bulk. `unknown` are the works whose outcome the driver did not report."""
        try:
            result = await self._updated.bulk_write([_operation(work) for work in works], ordered=False)
        except BulkWriteError as error:
            return _sorted_out(works, error)
        except PyMongoError:
            return Outcomes(unknown=works)
        except Exception as error:  # noqa: BLE001 - the driver cannot encode one of them
            return await self._without_unencodable(works, error)
        return Outcomes(applied=works) if result.matched_count == len(works) else Outcomes(unknown=works)

    async def _without_unencodable(self, works: list[CommitWork], error: Exception) -> Outcomes:
        """Writes in one bulk those updates that can be encoded; if all can, writes each alone."""
        if len(works) == 1:
            return Outcomes(broken=[(works[0], error)])
        outcomes = Outcomes(broken=[(work, why) for work in works if (why := why_unencodable(work.update)) is not None])
        broken = {work.key for work, _ in outcomes.broken}
        good = [work for work in works if work.key not in broken]
        for bulk in [good] if broken else [[work] for work in works]:
            if bulk:
                outcomes.add(await self.write(bulk))
        return outcomes

    async def look_up(self, works: list[CommitWork]) -> Outcomes:
        """Returns what a majority has stored: applied, lost, or `unknown` if neither this write nor another is stored.

        Raises PyMongoError if the database cannot be read.
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


def why_unencodable(document: Document) -> Exception | None:
    """Returns why the driver cannot send the document: a value that BSON does not have, or too many bytes."""
    try:
        encoded = bson.encode(document)
    except Exception as error:  # noqa: BLE001 - any error of the encoder
        return error
    return DocumentTooLarge(f"{len(encoded)} bytes") if len(encoded) > MAX_BSON_SIZE else None


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
    """Returns the outcomes of a bulk that the database answered with errors.

    After a write concern error no outcome is certain: a failover may even remove the write that a key collided with.
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
