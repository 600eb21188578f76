"""One unordered bulk of conditional updates of payments, each with its own outcome.

Called by the group commit alone. Never with upsert. A write is conditional on the version *and* on the write that made
that version, so that a version that a failover took away is never taken for another of the same number.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pymongo import UpdateOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError, PyMongoError

from refunds.adapters.mongo.commit_work import Work
from refunds.adapters.mongo.documents import Document

DUPLICATE_KEY = 11000
VALIDATOR = 121
REFUSALS = frozenset({DUPLICATE_KEY, VALIDATOR, 2, 9, 14, 28, 40, 52, 57, 10334, 17419})
"""Codes that say that this update will never hold: its shape, its size, a rule of the collection."""

STORE_PAUSE_S = 0.1
REPEAT_PAUSE_S = 0.02


class DatabaseRefused(Exception):
    """A rule or bound of the database stopped what the domain had let through: a defect, never a caller's fault."""


@dataclass(slots=True)
class Outcomes:
    """What became of a batch beside what was applied: each work stands in one list."""

    refused: list[tuple[Work, int]] = field(default_factory=list)
    broken: list[tuple[Work, Exception]] = field(default_factory=list)
    lost: list[Work] = field(default_factory=list)
    unknown: list[Work] = field(default_factory=list)


class PaymentWrites:
    """Writes batches; `unknown_wait_s` bounds how long an untold outcome is looked for."""

    def __init__(self, collection: AsyncCollection[Any], unknown_wait_s: float) -> None:
        self._collection = collection
        self._unknown_wait_s = unknown_wait_s

    async def write(self, works: list[Work], applied: Callable[[Work], None]) -> Outcomes:
        """Calls `applied` for each work as soon as it is known to be durable; the rest is returned."""
        deadline = asyncio.get_running_loop().time() + self._unknown_wait_s
        outcomes = Outcomes()
        while works:
            untold = await self._bulk(works, applied, outcomes)
            works = await self._look_up(untold, applied, outcomes) if untold else []
            if works and asyncio.get_running_loop().time() > deadline:
                outcomes.unknown += works
                return outcomes
        return outcomes

    async def _bulk(self, works: list[Work], applied: Callable[[Work], None], outcomes: Outcomes) -> list[Work]:
        """Those whose outcome the driver did not tell."""
        try:
            result = await self._collection.bulk_write([_operation(work) for work in works], ordered=False)
        except BulkWriteError as error:
            good, untold = _sorted_out(works, error, outcomes)
        except PyMongoError:
            return works
        except Exception as error:  # noqa: BLE001 - the driver cannot encode one of them
            return await self._bulk_of_one_each(works, error, applied, outcomes)
        else:
            is_whole = result.matched_count == len(works)
            good, untold = (works, []) if is_whole else ([], works)
        for work in good:
            applied(work)
        return untold

    async def _bulk_of_one_each(
        self, works: list[Work], error: Exception, applied: Callable[[Work], None], outcomes: Outcomes
    ) -> list[Work]:
        if len(works) == 1:
            outcomes.broken.append((works[0], error))
            return []
        untold = []
        for work in works:
            untold += await self._bulk([work], applied, outcomes)
        return untold

    async def _look_up(self, works: list[Work], applied: Callable[[Work], None], outcomes: Outcomes) -> list[Work]:
        """Those that are still to be written: a majority holds neither this write nor another in its place."""
        fields = {"version": 1, "last_write": 1, "refunds.history.id": 1}
        try:
            cursor = self._collection.find({"_id": {"$in": [work.key for work in works]}}, fields)
            found = {document["_id"]: document for document in await cursor.to_list(None)}
        except PyMongoError:
            await asyncio.sleep(STORE_PAUSE_S)
            return works
        still = []
        for work in works:
            document = found.get(work.key)
            if document is not None and _holds(document, work.write_id):
                applied(work)
            elif document is not None and _stands_before(document, work):
                still.append(work)
            else:
                outcomes.lost.append(work)
        if still:
            await asyncio.sleep(REPEAT_PAUSE_S)
        return still


def _operation(work: Work) -> UpdateOne:
    if work.before is None:
        raise ValueError(work.key)
    condition = {
        "_id": work.key,
        "merchant_id": work.before.merchant_id,
        "version": work.before.version,
        "last_write": work.before_write_id,
    }
    return UpdateOne(condition, work.update)


def _holds(document: Document, write_id: str) -> bool:
    if document.get("last_write") == write_id:
        return True
    suffix = f"_{write_id}"
    return any(
        event["id"].endswith(suffix) for refund in document.get("refunds", ()) for event in refund.get("history", ())
    )


def _stands_before(document: Document, work: Work) -> bool:
    before = work.before
    is_same_write = document.get("last_write") == work.before_write_id
    return before is not None and document["version"] == before.version and is_same_write


def _sorted_out(works: list[Work], error: BulkWriteError, outcomes: Outcomes) -> tuple[list[Work], list[Work]]:
    """(Applied, untold) of a bulk that the database answered with errors."""
    details = error.details or {}
    codes = {e["index"]: e["code"] for e in details.get("writeErrors", ())}
    outcomes.refused += [(works[index], code) for index, code in codes.items() if code in REFUSALS]
    untold = [works[index] for index, code in codes.items() if code not in REFUSALS]
    rest = [work for index, work in enumerate(works) if index not in codes]
    if details.get("writeConcernErrors") or details.get("nMatched") != len(rest):
        return [], rest + untold
    return rest, untold
