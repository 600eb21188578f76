"""Fills both stores with payments that have one completed refund each, so that indexes have their usual size."""

from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from bench.journal.refunds import Refunds
from bench.journal.rounds import all_of, change_all, steps_of
from bench.journal.stores import Opened

BATCH = 2_000


async def preload(opened: Opened, refunds: Refunds, payments_count: int) -> None:
    """Adds `payments_count` payments with one completed refund each. Also does the store's deferred work."""
    for start in range(0, payments_count, BATCH):
        payments = refunds.payments(min(BATCH, payments_count - start))
        await all_of(payments, 256, opened.store.add)
        for _, changes in steps_of(refunds, payments, 1):
            await change_all(opened.store, changes, 256)


async def stored_bytes(database: AsyncDatabase[Any]) -> dict[str, float]:
    """Bytes of documents, of files and of index files, after a checkpoint."""
    await database.client.admin.command("fsync")
    stats = await database.command("dbStats")
    return {name: float(stats[name]) for name in ("dataSize", "storageSize", "indexSize")}
