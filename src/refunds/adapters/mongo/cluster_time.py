"""Converts MongoDB's cluster times (logical times) to integers, which can be compared and stored.

It also reads the cluster time from a change stream's resume token. The field `_data` of a token is a key string in
hexadecimal. It begins with the type byte 0x82 and the cluster time in eight bytes.
"""

from datetime import UTC, datetime
from typing import Any

from bson.timestamp import Timestamp
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.database import AsyncDatabase

_CLUSTER_TIME = "82"


def from_timestamp(timestamp: Timestamp) -> int:
    """Returns the cluster time as an integer.

    The upper bits are seconds since 1970. The lower 32 bits count the operations within the second.
    """
    return timestamp.time << 32 | timestamp.inc


def to_timestamp(moment: int) -> Timestamp:
    """Converts an integer from `from_timestamp` back to a MongoDB timestamp."""
    return Timestamp(moment >> 32, moment & 0xFFFFFFFF)


def time_of(moment: int) -> datetime:
    """Converts a cluster time to a time in UTC, in whole seconds."""
    return datetime.fromtimestamp(to_timestamp(moment).time, UTC)


def of_token(token: str) -> int:
    """Returns the cluster time in a resume token. Returns 0 if the format of the token is not known."""
    return int(token[2:18], 16) if token.startswith(_CLUSTER_TIME) else 0


async def present(database: AsyncDatabase[Any], session: AsyncClientSession | None = None) -> int:
    """Returns the primary's current operation time (its cluster time) as an integer."""
    answer = await database.command("ping", session=session)
    return from_timestamp(answer["operationTime"])
