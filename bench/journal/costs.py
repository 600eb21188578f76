"""Measures CPU of this process and of mongod from /proc, bytes of the oplog, and changed index keys."""

import time
from dataclasses import dataclass
from typing import Any

from bson import SON, Timestamp

from bench.journal.stores import Opened
from bench.measure.processes import process_table, use_of

_SIZE = {"$group": {"_id": None, "bytes": {"$sum": {"$bsonSize": "$$ROOT"}}, "entries": {"$sum": 1}}}


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU microseconds."""

    process_us: float = 0.0
    mongod_us: float = 0.0

    def __sub__(self, other: "Cost") -> "Cost":
        return Cost(self.process_us - other.process_us, self.mongod_us - other.mongod_us)

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.process_us + other.process_us, self.mongod_us + other.mongod_us)

    def per(self, operations: int) -> "Cost":
        """The cost of one of so many operations."""
        return Cost(self.process_us / operations, self.mongod_us / operations)

    @property
    def total_us(self) -> float:
        """Both together."""
        return self.process_us + self.mongod_us


def used(opened: Opened) -> Cost:
    """CPU since the processes started."""
    return Cost(time.process_time() * 1e6, use_of([opened.mongod_pid], process_table()).cpu_us)


async def oplog_end(opened: Opened) -> Timestamp:
    """The time of the last entry of the oplog."""
    oplog = opened.database.client["local"]["oplog.rs"]
    last = await oplog.find({}, {"ts": 1}).sort("$natural", -1).limit(1).to_list(1)
    return last[0]["ts"]


async def oplog_bytes(opened: Opened, since: Timestamp) -> float:
    """Returns the bytes of the oplog entries for writes after `since`. Nothing else writes to this mongod."""
    oplog = opened.database.client["local"]["oplog.rs"]
    wanted = {"$match": {"ts": {"$gt": since}, "op": {"$ne": "n"}}}
    found = await (await oplog.aggregate([wanted, _SIZE])).to_list(1)
    return float(found[0]["bytes"]) if found else 0.0


async def profile(opened: Opened, level: int) -> None:
    """Starts (level 2) or ends (level 0) the profiling of all operations in the store's database."""
    await opened.database.command(SON([("profile", level)]))


async def index_keys(opened: Opened) -> int:
    """Index keys that were written or removed while the profile was on."""
    keys = {"$add": [{"$ifNull": ["$keysInserted", 0]}, {"$ifNull": ["$keysDeleted", 0]}]}
    pipeline: list[dict[str, Any]] = [{"$group": {"_id": None, "keys": {"$sum": keys}}}]
    found = await (await opened.database["system.profile"].aggregate(pipeline)).to_list(1)
    return int(found[0]["keys"]) if found else 0
