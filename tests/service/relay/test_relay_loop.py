"""The reporting-engine's loop: goes on after errors, counts what it does, ends when told to."""

import asyncio
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from tests.support.adapters.relays import relay_of
from tests.support.adapters.shop import Shop

from refunds.adapters.memory.audit.anchors import MemoryAnchors
from refunds.adapters.memory.clock import FixedClock
from refunds.adapters.mongo.audit.verification_reads import MongoVerificationReads
from refunds.adapters.mongo.projections.read_models import MongoReadModels
from refunds.adapters.mongo.read_model_schema import AUDIT_LOG, REFUND_LIST
from refunds.domain.errors import StoreUnavailable
from refunds.ports.projections.read_models import NO_UPDATES, Position, ReadModelUpdates
from refunds.services.reporting_engine.loop import RelayLoopSettings, RelayMetrics, RelayParts, run_relay
from refunds.usecases.projections.relay_events import RelayEvents
from refunds.usecases.verification.verify_audit import VerifyAudit

Database = AsyncDatabase[Any]
QUICK = RelayLoopSettings(follow_pause_s=0.01, error_pause_s=0.001, error_pause_max_s=0.01)


class FailsSometimes(MongoReadModels):
    """Every third batch is refused before, every fifth after it is stored; once it is plainly broken."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.applied_count = 0

    async def apply(self, moved: Position, updates: ReadModelUpdates, filling: ReadModelUpdates = NO_UPDATES) -> None:
        self.applied_count += 1
        if self.applied_count == 4:
            raise ZeroDivisionError
        if self.applied_count % 3 == 0:
            raise StoreUnavailable
        await super().apply(moved, updates, filling)
        if self.applied_count % 5 == 0:
            raise StoreUnavailable


def parts_of(relay: RelayEvents) -> RelayParts:
    """A loop that hardly pauses."""
    return RelayParts(relay=relay, metrics=RelayMetrics(clock=FixedClock()), settings=QUICK)


async def run_until_caught_up(database: Database, *loops: RelayParts) -> None:
    """Runs the loops while a shop is busy, until all is applied."""
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for loop in loops:
            group.create_task(run_relay(loop, stop))
        await Shop(database).busy_hour(9)
        assert await MongoVerificationReads(database).caught_up(20.0)
        stop.set()


async def test_loop_applies_all_in_spite_of_errors(database: Database) -> None:
    loop = parts_of(relay_of(database, models=FailsSometimes(database), changes_max=5))

    await run_until_caught_up(database, loop)

    assert loop.metrics.errors_count > 3
    assert await database[REFUND_LIST].count_documents({}) == 36
    assert await database[AUDIT_LOG].count_documents({}) == loop_versions(9)


def loop_versions(payments: int) -> int:
    """Versions of a busy hour that tell events; every second payment has a success contradicted, then reversed."""
    return payments * 9 + payments // 2 * 2


async def test_two_loops_at_once_apply_all_once(database: Database) -> None:
    loops = [parts_of(relay_of(database, name, changes_max=5, polls_before_takeover=0)) for name in "ab"]

    await run_until_caught_up(database, *loops)

    assert await database[AUDIT_LOG].count_documents({}) == loop_versions(9)
    assert (await VerifyAudit(reads=MongoVerificationReads(database), anchors=MemoryAnchors(FixedClock()))()).is_clean


async def test_loop_counts_what_it_applied_and_its_lag(database: Database) -> None:
    loop = parts_of(relay_of(database))

    await run_until_caught_up(database, loop)

    assert loop.metrics.is_leading
    assert loop.metrics.changes_count >= loop_versions(9)
    assert loop.metrics.lag_s >= 0


async def test_stopped_loop_hands_the_position_over(database: Database) -> None:
    await run_until_caught_up(database, parts_of(relay_of(database)))

    assert (await MongoReadModels(database).position()).holder == ""
