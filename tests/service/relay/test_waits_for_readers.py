"""A verification waits for the readers for a limited time, even if the driver drops the cancellation of a read."""

import asyncio
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from refunds.adapters.mongo.audit.verification_reads import MongoVerificationReads

LIMIT_S = 0.1


class ReadsThatDropACancellation(MongoVerificationReads):
    """As `asyncio.wait_for` of Python 3.11, through which the driver sends each command (see `kit.cancellation`)."""

    async def _has_read_to(self, until: int) -> bool:
        try:
            await asyncio.sleep(3_600.0)
        except asyncio.CancelledError:
            return await super()._has_read_to(until)
        return False


async def test_wait_for_readers_ends_although_a_cancellation_was_dropped(database: AsyncDatabase[Any]) -> None:
    async with asyncio.timeout(20.0):
        assert not await ReadsThatDropACancellation(database).caught_up(LIMIT_S)


async def test_wait_for_readers_that_do_not_run_ends(database: AsyncDatabase[Any]) -> None:
    assert not await MongoVerificationReads(database).caught_up(LIMIT_S)
