"""Commits the decisions on many payments in one bulk write, so that many requests share one write.

The bulk write is unordered, and each of its conditional updates has its own outcome. One payment's part of a batch is
called a work (see `CommitWork`). The waiting commands of one payment are decided one after another, and one update
stores the result.

An unknown outcome does not count as a conflict. A majority read looks up the write by the write's own id.
"""

import asyncio
import random
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from msgspec.structs import replace
from pymongo.errors import PyMongoError

from refunds.adapters.mongo.payments.commit_batch import (
    Command,
    CommitWork,
    Describe,
    PaymentFlight,
    answer,
    answer_taken_keys,
    decide,
    fail,
    requested_keys,
    work_of,
)
from refunds.adapters.mongo.payments.commit_storage import (
    DUPLICATE_KEY,
    REPEAT_PAUSE_S,
    STORE_PAUSE_S,
    TOO_LONG,
    CommitReads,
    CommitWrites,
    DatabaseRefused,
    Outcomes,
)
from refunds.adapters.mongo.payments.documents import TRIMMED, Loaded, update_of
from refunds.domain.errors import OutcomeUnknown, Overloaded, PaymentUnreadable, StoreUnavailable
from refunds.domain.payment.payment import Decision, Payment
from refunds.domain.tenancy import Scope
from refunds.kit.group_commit import GroupCommit
from refunds.ports.payments.payments import Decide

Read: TypeAlias = Callable[[list[str]], Awaitable[dict[str, Loaded | PaymentUnreadable]]]

PROMPT_ROUNDS = 2
"""How many times a command that lost against another process is written again without a pause."""

CALM_WRITES = 8
"""Number of writes without a conflict after which a payment no longer counts as contended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitLimits:
    """The limits of the group commit. Fields that end in `_s` are times in seconds."""

    payments_per_batch_max: int = 128
    commands_per_payment_max: int = 64
    commands_per_batch_max: int = 1_024
    flights_max: int = 2
    short_flight_s: float = 0.05
    waiting_max: int = 10_000
    rounds_max: int = 20
    unknown_wait_s: float = 8.0
    cached_payments_max: int = 4_096
    cached_refunds_max: int = 2_100


class PaymentCommits:
    """Decides on payments and writes the decisions. There is one instance for each process and collection.

    Pauses before retries have random lengths, because processes compete. `seeded_random` draws these lengths.
    """

    def __init__(
        self,
        writes: CommitWrites,
        reads: CommitReads,
        new_write_id: Callable[[], str],
        limits: CommitLimits,
        *,
        describe: Describe = update_of,
        seeded_random: random.Random | None = None,
    ) -> None:
        self._writes = writes
        self._reads = reads
        self._new_write_id = new_write_id
        self._limits = limits
        self._describe = describe
        self._chance = seeded_random or random.Random()  # noqa: S311 - jitter between competing processes
        self._cache: OrderedDict[str, Loaded] = OrderedDict()
        self._contended: dict[str, int] = {}
        self._queue: GroupCommit[str, Command, Decision] = GroupCommit(
            fly=self._fly,
            keys_max=limits.payments_per_batch_max,
            per_key_max=limits.commands_per_payment_max,
            operations_max=limits.commands_per_batch_max,
            flights_max=limits.flights_max,
            short_flight_s=limits.short_flight_s,
            waiting_max=limits.waiting_max,
        )

    async def change(self, scope: Scope, payment_id: str, decide: Decide) -> Decision:
        """Decides on the payment, and returns the outcome as soon as the decision is stored.

        Raises QueueFull if too many commands wait.
        """
        return await self._queue.submit(payment_id, Command(scope, decide))

    def cached(self, payment_id: str) -> Payment | None:
        """Returns the payment as this process last wrote or read it, or None. A majority has stored this version."""
        known = self._cache.get(payment_id)
        return None if known is None else known.payment

    async def drain(self) -> None:
        """Waits until no command is queued or being committed."""
        await self._queue.drain()

    async def _fly(self, flight: PaymentFlight) -> None:
        """Commits one batch. Reads the payments, decides, writes once, and answers the commands that are done."""
        works = await self._load(flight)
        calm: list[CommitWork] = []
        contended: list[CommitWork] = []
        unchanged: list[CommitWork] = []
        for work in works:
            decide(work, self._new_write_id, self._describe)
            if not work.is_changed:
                unchanged.append(work)
            elif work.key in self._contended:
                contended.append(work)
            else:
                calm.append(work)
        outcomes = await self._write(flight, calm) if calm else Outcomes()
        if flight.unreleased:
            flight.free_slot()
            if unchanged:
                await self._answer_from_majority(flight, unchanged)
            if contended:
                outcomes.add(await self._write(flight, contended))
            await self._finish(flight, outcomes)

    async def _load(self, flight: PaymentFlight) -> list[CommitWork]:
        """Returns the works of a batch, each with the payment to decide on."""
        works = [work_of(group) for group in flight]
        reading = []
        for work in works:
            known = None if work.key in self._contended else self._cache.get(work.key)
            if known is None:
                reading.append(work)
            else:
                work.start_from(known)
        return works if not reading else await self._read(flight, works, reading, self._reads.to_decide_on)

    async def _read(
        self, flight: PaymentFlight, works: list[CommitWork], reading: list[CommitWork], read: Read
    ) -> list[CommitWork]:
        """Reads the payments of the works in `reading`. Returns the members of `works` that can continue."""
        try:
            found = await read([work.key for work in reading])
        except PyMongoError:
            failed: list[tuple[CommitWork, Exception]] = [(work, StoreUnavailable()) for work in reading]
        else:
            failed = []
            for work in reading:
                loaded = found.get(work.key)
                if isinstance(loaded, PaymentUnreadable):
                    failed.append((work, loaded))
                else:
                    work.start_from(loaded)
        for work, error in failed:
            self._fail(flight, work, error)
        stopped = {work.key for work, _ in failed}
        return [work for work in works if work.key not in stopped] if stopped else works

    async def _answer_from_majority(self, flight: PaymentFlight, works: list[CommitWork]) -> None:
        """Decides again on the versions that a majority has stored. Answers the works that change nothing."""
        again = []
        for work in await self._read(flight, works, works, self._reads.majority):
            decide(work, self._new_write_id, self._describe)
            if work.before is not None:
                self._remember(Loaded(work.before, work.before_write_id))
            if not work.is_changed:
                answer(work)
                self._end(flight, work)
            else:
                answer_taken_keys(work)
                again.append(work)
        await self._requeue(flight, again)

    async def _write(self, flight: PaymentFlight, works: list[CommitWork]) -> Outcomes:
        """Writes all works in one bulk write, and answers those that were applied."""
        outcomes = await self._writes.write(works)
        for work in outcomes.applied:
            self._applied(flight, work)
        return outcomes

    async def _finish(self, flight: PaymentFlight, outcomes: Outcomes) -> None:
        """Continues with the works that were not applied, until each is answered, queued again or given up."""
        deadline = asyncio.get_running_loop().time() + self._limits.unknown_wait_s
        while True:
            for work, error in outcomes.broken:
                self._fail(flight, work, error)
            await self._refused(flight, outcomes.refused)
            if not outcomes.unknown:
                return
            if asyncio.get_running_loop().time() > deadline:
                for work in outcomes.unknown:
                    self._fail(flight, work, OutcomeUnknown())
                return
            outcomes = await self._repeat(flight, outcomes.unknown)

    async def _repeat(self, flight: PaymentFlight, works: list[CommitWork]) -> Outcomes:
        """Looks up the unknown outcomes. Repeats a write if no write has changed the payment since then."""
        pause_s = REPEAT_PAUSE_S
        try:
            seen = await self._writes.look_up(works)
        except PyMongoError:
            seen, pause_s = Outcomes(unknown=works), STORE_PAUSE_S
        for work in seen.applied:
            self._applied(flight, work)
        for work in seen.lost:
            self._cache.pop(work.key, None)
            self._mark_contended(work.key)
        await self._requeue(flight, seen.lost)
        if not seen.unknown:
            return Outcomes()
        await asyncio.sleep(pause_s)
        return await self._write(flight, seen.unknown)

    async def _refused(self, flight: PaymentFlight, refused: list[tuple[CommitWork, int]]) -> None:
        """Handles the updates that the database refused."""
        collided = [work for work, code in refused if code == DUPLICATE_KEY]
        if collided and await self._mark_keys_taken(flight, collided):
            await self._answer_from_majority(flight, collided)
        others = [(work, code) for work, code in refused if code != DUPLICATE_KEY]
        for work, code in others:
            if code in TOO_LONG and _trim_more(work):
                self._cache.pop(work.key, None)
            elif len(work.pending) == 1:
                self._fail(flight, work, DatabaseRefused(work.key, code))
            else:
                self._cache.pop(work.key, None)
                _take_alone(work)
        await self._requeue(flight, [work for work, _ in others if work.key in flight.unreleased])

    async def _mark_keys_taken(self, flight: PaymentFlight, works: list[CommitWork]) -> bool:
        """Notes in each work which requested keys other payments use. Returns False if the look-up failed."""
        requested = [(work, _merchant_of(work), requested_keys(work)) for work in works]
        keys: dict[str, set[str]] = {}
        for _, merchant_id, of_work in requested:
            keys.setdefault(merchant_id, set()).update(of_work)
        try:
            holders = await self._reads.holders(keys)
        except PyMongoError:
            for work in works:
                self._fail(flight, work, StoreUnavailable())
            return False
        for work, merchant_id, of_work in requested:
            taken = (key for key in of_work if holders.get((merchant_id, key), work.key) != work.key)
            work.keys_taken = frozenset(taken)
            if not work.keys_taken:
                _take_alone(work)
        return True

    async def _requeue(self, flight: PaymentFlight, works: list[CommitWork]) -> None:
        """Queues the commands again. If a command has often been queued, pauses first."""
        if works and any(pending.operation.rounds > PROMPT_ROUNDS for work in works for pending in work.pending):
            await asyncio.sleep(self._chance.uniform(0, 0.02))
        for work in works:
            again = []
            for pending in work.pending:
                if pending.operation.rounds < self._limits.rounds_max:
                    again.append(pending)
                else:
                    pending.fail(Overloaded())
            flight.requeue(work.group, again + work.rest)

    def _applied(self, flight: PaymentFlight, work: CommitWork) -> None:
        if work.after is None or work.before is None:
            return
        stored = replace(work.after, version=work.before.version + 1, events=())
        self._remember(Loaded(stored, work.write_id))
        if self._contended:
            self._count_calm_write(work.key)
        answer(work, stored)
        self._end(flight, work)

    def _fail(self, flight: PaymentFlight, work: CommitWork, error: Exception) -> None:
        self._cache.pop(work.key, None)
        fail(work, error)
        self._end(flight, work)

    def _end(self, flight: PaymentFlight, work: CommitWork) -> None:
        """Ends a work whose commands are all answered, so the payment's waiting commands may start."""
        if work.rest:
            flight.requeue(work.group, work.rest)
        else:
            flight.release(work.group)

    def _remember(self, loaded: Loaded) -> None:
        """Caches a payment for the next decision. A majority must have stored this version."""
        if len(loaded.payment.refunds) > self._limits.cached_refunds_max:
            self._cache.pop(loaded.payment.id, None)
            return
        self._cache[loaded.payment.id] = loaded
        self._cache.move_to_end(loaded.payment.id)
        if len(self._cache) > self._limits.cached_payments_max:
            self._cache.popitem(last=False)

    def _mark_contended(self, payment_id: str) -> None:
        """Marks a payment that another process also writes."""
        self._contended.pop(payment_id, None)
        self._contended[payment_id] = CALM_WRITES
        if len(self._contended) > self._limits.cached_payments_max:
            del self._contended[next(iter(self._contended))]

    def _count_calm_write(self, payment_id: str) -> None:
        left = self._contended.get(payment_id)
        if left is not None:
            if left > 1:
                self._contended[payment_id] = left - 1
            else:
                del self._contended[payment_id]


def _merchant_of(work: CommitWork) -> str:
    return "" if work.before is None else work.before.merchant_id


def _trim_more(work: CommitWork) -> bool:
    """Lets the commands be tried again with shorter histories. Returns False if that is not possible."""
    if work.before is None or work.after is None or len(work.after.refunds) > len(work.before.refunds):
        return False
    level = 1 + max(pending.operation.trimming for pending in work.pending)
    for pending in work.pending if level < len(TRIMMED) else ():
        pending.operation.trimming = level
    return level < len(TRIMMED)


def _take_alone(work: CommitWork) -> None:
    for pending in work.pending:
        pending.operation.is_alone = True
