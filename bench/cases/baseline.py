"""Measures what the database alone can do. The bare driver makes the product's document writes, without any service.

The documents, the validator, the indexes and the updates are the product's own and are built before. Only the driver's
calls are measured. These calls go to a separate database on the same mongod. That database is dropped at the end.
"""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import uvloop
from pymongo import UpdateOne
from pymongo.asynchronous.collection import AsyncCollection

from bench.load.histogram import Histogram
from bench.measure.meter import Meter
from bench.measure.result import LatencyMs, Measurement
from bench.support.baseline_documents import Prepared, prepare
from bench.support.baseline_loops import LOOPS, Loop, Stop
from bench.support.bench import Bench
from refunds.adapters.mongo.client import connect, open_database
from refunds.adapters.mongo.schema import PAYMENTS
from refunds.kit.config import Secret
from refunds.runtime.process.migration import MigrationSettings, run_migration

SECONDS = 5.0
DATABASE = "bench_baseline"
INSERT_BATCH = 1_000


def run(bench: Bench) -> list[Measurement]:
    """Measures each way of writing, one after another."""
    return uvloop.run(_run(bench))


async def _run(bench: Bench) -> list[Measurement]:
    seconds = min(bench.options.seconds_or(SECONDS), SECONDS)
    found = []
    for loop in LOOPS:
        bench.say(f"{loop.name}: {loop.what}")
        prepared = prepare(max(64, int(loop.per_s_max * seconds)))
        async with _scratch(bench.ready.mongodb_uri, prepared) as collection:
            updates = [one.update for one in prepared]
            found.append(await _measured(bench, loop, collection, updates, seconds))
    return found


@asynccontextmanager
async def _scratch(uri: str, prepared: Sequence[Prepared]) -> AsyncIterator[AsyncCollection[Any]]:
    async with connect(uri, connections_max=64, application="bench") as client:
        database = open_database(client, DATABASE)
        await client.drop_database(DATABASE)
        try:
            await run_migration(MigrationSettings(mongodb_uri=Secret(uri), mongodb_database=DATABASE))
            for start in range(0, len(prepared), INSERT_BATCH):
                batch = [one.document for one in prepared[start : start + INSERT_BATCH]]
                await database[PAYMENTS].insert_many(batch, ordered=False)
            yield database[PAYMENTS]
        finally:
            await client.drop_database(DATABASE)


async def _measured(
    bench: Bench,
    loop: Loop,
    collection: AsyncCollection[Any],
    updates: Sequence[UpdateOne],
    seconds: float,
) -> Measurement:
    meter, histogram, stop = Meter(groups=bench.groups), Histogram(), Stop(seconds)
    meter.read()
    cpu_began_s = time.process_time()
    matched = await loop.run(collection, updates, histogram, stop)
    driver_us = (time.process_time() - cpu_began_s) * 1e6
    meter.read()
    took_s = meter.readings[-1].at_s - meter.readings[0].at_s
    latency = histogram.latency()
    cpu = {"driver": driver_us, **meter.cpu_us()}
    return Measurement(
        name=loop.name,
        what=loop.what,
        operations=matched,
        errors=stop.sent - matched,
        seconds=round(took_s, 3),
        ops_per_s=round(matched / took_s, 1),
        latency_ms=LatencyMs(mean=latency.mean, p50=latency.p50, p95=latency.p95, p99=latency.p99, max=latency.max),
        cpu_us={g: round(us / max(matched, 1), 1) for g, us in cpu.items()},
        others_share=meter.others_share(driver_us),
    )
