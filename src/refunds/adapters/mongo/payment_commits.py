"""The group commit of payments: many decisions, one unordered bulk of conditional updates, each with its own outcome.

Per payment the waiting commands are decided one after another on the result and leave as one update. Unknown is kept
apart from conflict: whatever the driver could not say is looked up by the write's own id with a majority read.
"""

import asyncio
import random
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import UpdateOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError, PyMongoError

from refunds.adapters.mongo.commit_work import Command, Source, Work, answer, decide, fail
from refunds.adapters.mongo.documents import Document
from refunds.adapters.mongo.payment_reads import PaymentReads
from refunds.domain.errors import AlreadyExists, OutcomeUnknown
from refunds.domain.payment import Decision, Payment
from refunds.domain.replacing import replace
from refunds.domain.tenancy import Scope
from refunds.kit.group_commit import Group, GroupCommit
from refunds.ports.payments import Decide

DUPLICATE_KEY = 11000
VALIDATOR = 121


class ValidatorRefused(Exception):
    """The database's validator stopped what the domain had let through: a defect, never a caller's fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitLimits:
    """Bounds of the group commit; seconds where the name ends in `_s`."""

    payments_per_batch_max: int = 128
    commands_per_payment_max: int = 64
    flights_max: int = 2
    waiting_max: int = 10_000
    rounds_max: int = 20
    unknown_wait_s: float = 8.0
    cached_payments_max: int = 4_096
    cached_refunds_max: int = 2_100


class PaymentCommits:
    """Decides and writes. One per process and collection."""

    def __init__(
        self,
        collection: AsyncCollection[Any],
        reads: PaymentReads,
        new_write_id: Callable[[], str],
        limits: CommitLimits,
    ) -> None:
        self._collection = collection
        self._reads = reads
        self._new_write_id = new_write_id
        self._limits = limits
        self._cache: OrderedDict[str, Payment] = OrderedDict()
        self._queue: GroupCommit[str, Command, Decision] = GroupCommit(
            fly=self._fly,
            keys_max=limits.payments_per_batch_max,
            per_key_max=limits.commands_per_payment_max,
            flights_max=limits.flights_max,
            waiting_max=limits.waiting_max,
        )

    async def change(self, scope: Scope, payment_id: str, decide: Decide) -> Decision:
        """Waits for the decision's own outcome; QueueFull where too many wait."""
        return await self._queue.submit(payment_id, Command(scope, decide))

    def cached(self, payment_id: str) -> Payment | None:
        """What this process last wrote, majority-committed, perhaps superseded by another process since."""
        return self._cache.get(payment_id)

    async def drain(self) -> None:
        """Waits until nothing is queued or in flight."""
        await self._queue.drain()

    async def _fly(self, groups: Sequence[Group[str, Command, Decision]]) -> None:
        works = [Work(key=group.key, pending=list(group.pending)) for group in groups]
        while works:
            await self._load(works)
            for work in works:
                decide(work, self._new_write_id)
            writing = [work for work in works if work.is_changed]
            again = [work for work in works if not work.is_changed and not self._answered_from_read(work)]
            if writing:
                again += await self._write(writing)
            works = again
            if works and max(work.rounds for work in works) > 2:
                await asyncio.sleep(random.uniform(0, 0.02))  # noqa: S311 - jitter between racing processes

    async def _load(self, works: list[Work]) -> None:
        """Reads what each work is decided on: this process's last write, the primary's view, or the majority's."""
        wanted: dict[Source, list[Work]] = {Source.LOCAL: [], Source.MAJORITY: []}
        for work in works:
            work.rounds += 1
            if work.rounds > self._limits.rounds_max:
                raise OutcomeUnknown
            work.before = self._cache.get(work.key) if work.source is Source.CACHE else None
            if work.before is None:
                work.source = Source.MAJORITY if work.source is Source.MAJORITY else Source.LOCAL
                wanted[work.source].append(work)
        for source, reading in wanted.items():
            if reading:
                read = self._reads.majority if source is Source.MAJORITY else self._reads.local
                found = await read([work.key for work in reading])
                for work in reading:
                    work.before = found.get(work.key)

    def _answered_from_read(self, work: Work) -> bool:
        """Errors and repeats are answered from what a majority holds; from anything less they are read once more."""
        if work.source is Source.MAJORITY:
            answer(work)
            return True
        self._cache.pop(work.key, None)
        work.source = Source.MAJORITY
        return False

    async def _write(self, works: list[Work]) -> list[Work]:
        """Writes and answers; returns those that lost a race and must be decided again."""
        deadline = asyncio.get_running_loop().time() + self._limits.unknown_wait_s
        again: list[Work] = []
        while works:
            applied, refused, open_ = await self._bulk(works)
            for work in applied:
                self._applied(work)
            for work, code in refused:
                again += await self._refused(work, code)
            if not open_:
                return again
            lost, works = await self._look_up(open_)
            again += lost
            if works and asyncio.get_running_loop().time() > deadline:
                for work in works:
                    self._cache.pop(work.key, None)
                    fail(work, OutcomeUnknown())
                return again
        return again

    async def _bulk(self, works: list[Work]) -> tuple[list[Work], list[tuple[Work, int]], list[Work]]:
        """(Applied, refused with the database's code, not known) of one unordered bulk, never with upsert."""
        operations = [
            UpdateOne(
                {"_id": work.key, "merchant_id": work.before.merchant_id, "version": work.before.version}, work.update
            )
            for work in works
            if work.before is not None
        ]
        try:
            result = await self._collection.bulk_write(operations, ordered=False)
        except BulkWriteError as error:
            return _sorted_out(works, error)
        except PyMongoError:
            return [], [], works
        if result.matched_count == len(works):
            return works, [], []
        return [], [], works

    async def _look_up(self, works: list[Work]) -> tuple[list[Work], list[Work]]:
        """(Lost to another writer, still to be written) of writes whose outcome the driver did not tell."""
        fields = {"version": 1, "last_write": 1, "refunds.history.id": 1}
        try:
            cursor = self._collection.find({"_id": {"$in": [work.key for work in works]}}, fields)
            found = {document["_id"]: document for document in await cursor.to_list(None)}
        except PyMongoError:
            await asyncio.sleep(0.1)
            return [], works
        lost, still = [], []
        for work in works:
            document = found.get(work.key)
            if document is not None and _holds(document, work.write_id):
                self._applied(work)
            elif document is not None and work.before is not None and document["version"] == work.before.version:
                still.append(work)
            else:
                self._cache.pop(work.key, None)
                work.source = Source.LOCAL
                lost.append(work)
        if still:
            await asyncio.sleep(0.02)
        return lost, still

    def _applied(self, work: Work) -> None:
        if work.after is None or work.before is None:
            return
        stored = replace(work.after, version=work.before.version + 1, events=())
        if len(stored.refunds) <= self._limits.cached_refunds_max:
            self._cache[work.key] = stored
            self._cache.move_to_end(work.key)
            if len(self._cache) > self._limits.cached_payments_max:
                self._cache.popitem(last=False)
        answer(work, stored)

    async def _refused(self, work: Work, code: int) -> list[Work]:
        """A key of this batch is another refund's: found by taking the commands one by one."""
        self._cache.pop(work.key, None)
        if code != DUPLICATE_KEY:
            fail(work, ValidatorRefused(work.key, code))
            return []
        if len(work.pending) == 1:
            work.pending[0].fail(AlreadyExists(kind="refund", pointer=""))
            return []
        return await self._one_by_one(work)

    async def _one_by_one(self, work: Work) -> list[Work]:
        for pending in work.pending:
            single = [Work(key=work.key, pending=[pending])]
            while single:
                await self._load(single)
                for one in single:
                    decide(one, self._new_write_id)
                changed = [one for one in single if one.is_changed]
                again = [one for one in single if not one.is_changed and not self._answered_from_read(one)]
                single = again + (await self._write(changed) if changed else [])
        return []


def _holds(document: Document, write_id: str) -> bool:
    if document.get("last_write") == write_id:
        return True
    suffix = f"_{write_id}"
    return any(
        event["id"].endswith(suffix) for refund in document.get("refunds", ()) for event in refund.get("history", ())
    )


def _sorted_out(works: list[Work], error: BulkWriteError) -> tuple[list[Work], list[tuple[Work, int]], list[Work]]:
    details = error.details or {}
    by_index = {e["index"]: e["code"] for e in details.get("writeErrors", ())}
    refused = [(works[index], code) for index, code in by_index.items() if code in (DUPLICATE_KEY, VALIDATOR)]
    unsaid = [works[index] for index, code in by_index.items() if code not in (DUPLICATE_KEY, VALIDATOR)]
    rest = [work for index, work in enumerate(works) if index not in by_index]
    if details.get("writeConcernErrors") or details.get("nMatched") != len(rest):
        return [], refused, rest + unsaid
    return rest, refused, unsaid
