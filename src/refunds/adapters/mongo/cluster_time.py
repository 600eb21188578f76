"""MongoDB's cluster times as integers, which can be compared and stored, and the cluster time of a resume token.

A resume token's `_data` is a key string whose first value is the cluster time: type byte 0x82, then eight bytes.
"""

from datetime import UTC, datetime
from typing import Any

from bson.timestamp import Timestamp
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase

_CLUSTER_TIME = "82"


def from_timestamp(timestamp: Timestamp) -> int:
    """Returns an integer: seconds since 1970 in the upper bits, the count within the second in the lower 32."""
    return timestamp.time << 32 | timestamp.inc


def to_timestamp(moment: int) -> Timestamp:
    """Inverse of `from_timestamp`."""
    return Timestamp(moment >> 32, moment & 0xFFFFFFFF)


def time_of(moment: int) -> datetime:
    """Returns the time of a cluster time, to the second."""
    return datetime.fromtimestamp(to_timestamp(moment).time, UTC)


def of_token(token: str) -> int:
    """Returns the cluster time of a resume token; 0 if the token has an unknown format."""
    return int(token[2:18], 16) if token.startswith(_CLUSTER_TIME) else 0


async def present(database: AsyncDatabase[Any], session: AsyncClientSession | None = None) -> int:
    """Returns the primary's present operation time."""
    answer = await database.command("ping", session=session)
    return from_timestamp(answer["operationTime"])
