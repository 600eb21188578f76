"""Checks servers that were given by URI before the launcher uses them.

`refunds up` calls this module. The checks change nothing on the servers.
"""

from typing import Any
from urllib.parse import urlsplit

from refunds_embedded.launcher.instance.errors import NotAUri, ServerUnreachable

_SCHEMES = {
    "--mongodb-uri": ("MongoDB", ("mongodb", "mongodb+srv"), "mongodb://127.0.0.1:27017/?replicaSet=rs0"),
    "--redis-uri": ("Redis", ("redis", "rediss", "unix"), "redis://127.0.0.1:6379"),
}


def check_uri(option: str, uri: str | None) -> None:
    """Raises NotAUri if the text cannot be a server's URI. Opens no connection.

    The error message does not contain the user name and password of the URI.
    """
    if uri is None:
        return
    server, schemes, example = _SCHEMES[option]
    try:
        parts = urlsplit(uri)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in schemes or not (parts.netloc or parts.path.strip("/")):
        raise NotAUri(option, uri.rpartition("@")[2], server, example)


async def check_mongodb(uri: str, timeout_s: float) -> None:
    """Raises ServerUnreachable if no member that accepts writes answers within `timeout_s`."""
    from pymongo import AsyncMongoClient  # noqa: PLC0415 - loads only when a URI is given
    from pymongo.errors import PyMongoError  # noqa: PLC0415

    try:
        client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(
            uri,
            serverSelectionTimeoutMS=int(timeout_s * 1000),
            w="majority",
            readConcernLevel="majority",
        )
        async with client:
            await client.admin.command("ping")
    except PyMongoError as error:
        raise ServerUnreachable("--mongodb-uri", type(error).__name__) from error


async def check_redis(uri: str, timeout_s: float) -> None:
    """Raises ServerUnreachable if the server does not answer within `timeout_s`."""
    from redis.asyncio import Redis  # noqa: PLC0415 - loads only when a URI is given
    from redis.exceptions import RedisError  # noqa: PLC0415

    try:
        async with Redis.from_url(uri, socket_timeout=timeout_s) as client:
            await client.ping()
    except (RedisError, OSError, ValueError) as error:
        raise ServerUnreachable("--redis-uri", type(error).__name__) from error
