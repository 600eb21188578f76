"""Ensures by a lease that usually only one migration runs. The lease follows the database's clock.

The lease is renewed while the migration runs. If a migration is killed, another one begins when the lease ends. If a
migration is paused for longer than the lease, the migration stops when it notices that the lease is lost. Until then
both migrations may run. This does no harm, because every step may be repeated.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeVar

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError, PyMongoError

from refunds.adapters.mongo.migrations.stored_version import MIGRATIONS
from refunds.kit.cancellation import cancel_until_ended

T = TypeVar("T")

LEASE_ID = "lease"
LOOK_EVERY_S = 0.25
RENEWALS = 3
"""How many times a lease is renewed within `lease_s` seconds."""


class MigrationRuns(Exception):
    """Raised if another migration has the lease. The message names the owner of the lease."""


class LeaseLost(Exception):
    """Raised if the lease ended before it was renewed. Another migration may have the lease now."""


class MigrationLease:
    """Lets only one `owner` at a time run migrations. Each lease lasts `lease_s` seconds unless it is renewed."""

    def __init__(self, database: AsyncDatabase[Any], owner: str, lease_s: float) -> None:
        self._leases = database[MIGRATIONS]
        self._owner = owner
        self._lease_s = lease_s

    async def run(self, work: Callable[[], Awaitable[T]], wait_s: float) -> T:
        """Runs `work` while this process has the lease. Waits at most `wait_s` seconds to get the lease.

        Raises MigrationRuns if another migration still has the lease. Raises LeaseLost if the lease was lost during
        `work`. Passes on the driver's errors.
        """
        await self._take(wait_s)
        working, keeping = asyncio.ensure_future(work()), asyncio.create_task(self._keep())
        try:
            await asyncio.wait({working, keeping}, return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                keeping.result()
            return await working
        finally:
            await cancel_until_ended((working, keeping), math.inf)  # while one goes on, the lease is not given back
            await asyncio.gather(working, keeping, return_exceptions=True)
            await self._release()

    async def _take(self, wait_s: float) -> None:
        nobody = {"$setOnInsert": {"owner": "", "until": None}}
        with suppress(DuplicateKeyError):  # another migration creates it at the same moment
            await self._leases.update_one({"_id": LEASE_ID}, nobody, upsert=True)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + wait_s
        while not await self._is_taken({"$lt": ["$until", "$$NOW"]}):
            if loop.time() >= deadline:
                lease = await self._leases.find_one({"_id": LEASE_ID}) or {}
                raise MigrationRuns(
                    f"another migration runs ({lease.get('owner')}, until {lease.get('until')} at least)"
                )
            await asyncio.sleep(LOOK_EVERY_S)

    async def _is_taken(self, free: dict[str, Any]) -> bool:
        until = {"$add": ["$$NOW", round(self._lease_s * 1000)]}
        result = await self._leases.update_one(
            {"_id": LEASE_ID, "$expr": free}, [{"$set": {"owner": self._owner, "until": until}}]
        )
        return result.matched_count == 1

    async def _keep(self) -> None:
        """Renews the lease again and again. Raises LeaseLost if the lease is lost.

        The lease also counts as lost if the database has not answered for the length of the lease.
        """
        loop = asyncio.get_running_loop()
        leased_until = loop.time() + self._lease_s
        while loop.time() < leased_until:
            await asyncio.sleep(self._lease_s / RENEWALS)
            renewed_at = loop.time()
            try:
                if not await self._is_taken({"$eq": ["$owner", self._owner]}):
                    raise LeaseLost
            except PyMongoError:
                continue
            leased_until = renewed_at + self._lease_s
        raise LeaseLost

    async def _release(self) -> None:
        """Ends the lease. If the database does not answer, the lease ends later by itself."""
        try:
            await self._leases.update_one(
                {"_id": LEASE_ID, "owner": self._owner}, {"$set": {"owner": "", "until": None}}
            )
        except PyMongoError:
            return
