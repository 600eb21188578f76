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

from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import PyMongoError

from refunds.adapters.mongo.commit_work import Command, Source, Work, answer, decide, fail
from refunds.adapters.mongo.documents import Loaded, PaymentUnreadable
from refunds.adapters.mongo.payment_reads import PaymentReads
from refunds.adapters.mongo.payment_writes import DUPLICATE_KEY, DatabaseRefused, PaymentWrites
from refunds.domain.errors import AlreadyExists, OutcomeUnknown, Overloaded, StoreUnavailable
from refunds.domain.payment import Decision, Payment
from refunds.domain.replacing import replace
from refunds.domain.tenancy import Scope
from refunds.kit.group_commit import Group, GroupCommit
from refunds.ports.payments import Decide


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
        self._writes = PaymentWrites(collection, limits.unknown_wait_s)
        self._reads = reads
        self._new_write_id = new_write_id
        self._limits = limits
        self._cache: OrderedDict[str, Loaded] = OrderedDict()
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
        """What this process last wrote or answered from, majority-committed, perhaps superseded by another since."""
        known = self._cache.get(payment_id)
        return None if known is None else known.payment

    async def drain(self) -> None:
        """Waits until nothing is queued or in flight."""
        await self._queue.drain()

    async def _fly(self, groups: Sequence[Group[str, Command, Decision]]) -> None:
        await self._rounds([Work(key=group.key, pending=list(group.pending)) for group in groups])

    async def _rounds(self, works: list[Work]) -> None:
        """Reads, decides and writes until every work is answered; once more for those that lost a race."""
        while works := await self._load(works):
            for work in works:
                decide(work, self._new_write_id)
            writing = [work for work in works if work.is_changed]
            again = [work for work in works if not work.is_changed and not self._answered_from_read(work)]
            if writing:
                again += await self._write(writing)
            works = again
            if works and max(work.rounds for work in works) > 2:
                await asyncio.sleep(random.uniform(0, 0.02))  # noqa: S311 - jitter between racing processes

    async def _load(self, works: list[Work]) -> list[Work]:
        """Reads what each work is decided on: this process's last write, the primary's view, or the majority's.

        Returns those that go on; none of them has a write in flight, so the others are told that nothing was written.
        """
        going = [work for work in works if self._is_going(work)]
        for source in (Source.LOCAL, Source.MAJORITY):
            reading = [work for work in going if work.before is None and work.source is source]
            if not reading:
                continue
            read = self._reads.majority if source is Source.MAJORITY else self._reads.local
            try:
                found = await read([work.key for work in reading])
            except PyMongoError:
                going = [work for work in going if work not in reading]
                for work in reading:
                    fail(work, StoreUnavailable())
            else:
                stopped = [work for work in reading if not _has_started(work, found.get(work.key))]
                if stopped:
                    going = [work for work in going if work not in stopped]
        return going

    def _is_going(self, work: Work) -> bool:
        work.rounds += 1
        if work.rounds > self._limits.rounds_max:
            fail(work, Overloaded())
            return False
        work.start_from(self._cache.get(work.key) if work.source is Source.CACHE else None)
        if work.before is None and work.source is Source.CACHE:
            work.source = Source.LOCAL
        return True

    def _answered_from_read(self, work: Work) -> bool:
        """Errors and repeats are answered from what a majority holds; from anything less they are read once more."""
        if work.source is Source.MAJORITY:
            answer(work)
            if work.before is not None:
                self._remember(Loaded(work.before, work.before_write_id))
            return True
        self._cache.pop(work.key, None)
        work.source = Source.MAJORITY
        return False

    async def _write(self, works: list[Work]) -> list[Work]:
        """Writes and answers; returns those that lost a race and must be decided again."""
        outcomes = await self._writes.write(works, self._applied)
        for work, error in outcomes.broken:
            fail(work, error)
        for work in outcomes.unknown:
            self._cache.pop(work.key, None)
            fail(work, OutcomeUnknown())
        for work in outcomes.lost:
            self._cache.pop(work.key, None)
            work.source = Source.LOCAL
        for work, code in outcomes.refused:
            await self._refused(work, code)
        return outcomes.lost

    def _applied(self, work: Work) -> None:
        if work.after is None or work.before is None:
            return
        stored = replace(work.after, version=work.before.version + 1, events=())
        self._remember(Loaded(stored, work.write_id))
        answer(work, stored)

    def _remember(self, loaded: Loaded) -> None:
        """Keeps what a majority holds, to decide the next command on."""
        if len(loaded.payment.refunds) > self._limits.cached_refunds_max:
            return
        self._cache[loaded.payment.id] = loaded
        self._cache.move_to_end(loaded.payment.id)
        if len(self._cache) > self._limits.cached_payments_max:
            self._cache.popitem(last=False)

    async def _refused(self, work: Work, code: int) -> None:
        """A key of this batch is another refund's: found by taking the commands one by one."""
        self._cache.pop(work.key, None)
        if len(work.pending) > 1:
            for pending in work.pending:
                await self._rounds([Work(key=work.key, pending=[pending])])
        elif code == DUPLICATE_KEY:
            fail(work, AlreadyExists(kind="refund", pointer=""))
        else:
            fail(work, DatabaseRefused(work.key, code))


def _has_started(work: Work, loaded: Loaded | PaymentUnreadable | None) -> bool:
    """Whether the work goes on from what was read; one whose payment cannot be read fails alone."""
    if isinstance(loaded, PaymentUnreadable):
        fail(work, loaded)
        return False
    work.start_from(loaded)
    return True
