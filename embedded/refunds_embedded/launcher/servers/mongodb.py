"""Makes the command line, the replica set and the user of the launcher's own mongod.

`refunds up` and the test servers use this module. The module starts no process, because `process.py` does that.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from refunds.kit.config import Secret
from refunds_embedded.launcher.instance.ports import LOOPBACK
from refunds_embedded.launcher.instance.settings import LauncherSettings

if TYPE_CHECKING:
    from pymongo import AsyncMongoClient

    Client = AsyncMongoClient[dict[str, Any]]

REPLICA_SET = "refunds"
USER = "refunds"
ANSWER_TIMEOUT_S = 30.0
ASK_EVERY_S = 0.01
STEP_DOWN_TIMEOUT_MS = 1000  # on SIGTERM a primary waits so long for a successor
TRANSACTION_LIFETIME_S = 5  # what a killed process began holds its documents so long at most; the server's own is 60 s
ELECTION = {"electionTimeoutMillis": 2000, "heartbeatIntervalMillis": 500}  # all on one machine

UNAUTHORIZED, AUTHENTICATION_FAILED, ALREADY_INITIALIZED, NOT_YET_INITIALIZED = 13, 18, 23, 94  # mongod's error codes


class NotFormed(Exception):
    """The replica set got no primary that accepts commands. The message gives the reason."""


class PasswordRefused(NotFormed):
    """The server already has a user, but with a different password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MongodFiles:
    """The binary and the folders of one mongod.

    `folder` has the data. If there is a key file, all clients must log in.
    """

    binary: Path
    folder: Path
    key_file: Path | None = None


def command(files: MongodFiles, port: int, settings: LauncherSettings) -> tuple[str, ...]:
    """Returns the command line of one member. The member listens on the loopback address only."""
    authentication = ("--keyFile", str(files.key_file)) if files.key_file else ()
    return (
        str(files.binary),
        *("--dbpath", str(files.folder)),
        *("--port", str(port)),
        *("--bind_ip", LOOPBACK),
        "--nounixsocket",
        *("--replSet", REPLICA_SET),
        *("--oplogSize", str(settings.mongodb_oplog_mb)),
        *("--wiredTigerCacheSizeGB", f"{settings.mongodb_cache_gb:g}"),
        *("--setParameter", "diagnosticDataCollectionEnabled=false"),
        *("--setParameter", f"shutdownTimeoutMillisForSignaledShutdown={STEP_DOWN_TIMEOUT_MS}"),
        *("--setParameter", f"transactionLifetimeLimitSeconds={TRANSACTION_LIFETIME_S}"),
        *authentication,
    )


def uri(ports: Sequence[int], password: str | None = None) -> str:
    """Returns the address of the replica set. The password must consist of URL-safe characters."""
    hosts = ",".join(f"{LOOPBACK}:{port}" for port in ports)
    if password is None:
        return f"mongodb://{hosts}/?replicaSet={REPLICA_SET}"
    return f"mongodb://{USER}:{password}@{hosts}/?replicaSet={REPLICA_SET}&authSource=admin"


async def form_replica_set(
    ports: Sequence[int], password: Secret | None = None, timeout_s: float = ANSWER_TIMEOUT_S
) -> None:
    """Forms a replica set with a primary from running members, and creates the launcher's user.

    The function also works after a crash, and if the only member has a new port. Raises PasswordRefused if mongod
    refuses the password. Raises NotFormed after a driver error, or after `timeout_s` seconds.
    """
    from pymongo.errors import PyMongoError  # noqa: PLC0415 - see _client

    client = _client(ports[0])
    try:
        async with asyncio.timeout(timeout_s):
            await _form(client, ports, password)
    except (PyMongoError, TimeoutError) as error:
        raise NotFormed(type(error).__name__) from error
    finally:
        await client.close()


async def _form(client: "Client", ports: Sequence[int], password: Secret | None) -> None:
    if "isreplicaset" in await client.admin.command("hello"):
        await _initiate_or_move(client, ports, password)
    await _until_primary(client, ports)
    if password is not None:
        await _ensure_user(client, ports[0], password)


async def _initiate_or_move(client: "Client", ports: Sequence[int], password: Secret | None) -> None:
    from pymongo.errors import OperationFailure  # noqa: PLC0415 - see _client

    members = [{"_id": n, "host": f"{LOOPBACK}:{port}"} for n, port in enumerate(ports)]
    try:
        await client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": members, "settings": ELECTION})
    except OperationFailure as error:
        if error.code not in (UNAUTHORIZED, ALREADY_INITIALIZED):
            raise
        await _move(ports, password)


async def _move(ports: Sequence[int], password: Secret | None) -> None:
    """Writes the current ports of the members into the stored configuration of the replica set."""
    client = _client(ports[0], password)
    try:
        config = await _known_config(client)
        for member, port in zip(config["members"], ports, strict=True):
            member["host"] = f"{LOOPBACK}:{port}"
        config["version"] += 1
        await client.admin.command("replSetReconfig", config, force=True)
    finally:
        await client.close()


async def _known_config(client: "Client") -> dict[str, Any]:
    """Returns the member's configuration of the replica set.

    Waits while mongod has not loaded the configuration after its start.
    """
    from pymongo.errors import OperationFailure  # noqa: PLC0415 - see _client

    while True:
        try:
            answer = await client.admin.command("replSetGetConfig")
        except OperationFailure as error:
            if error.code != NOT_YET_INITIALIZED:
                raise
            await asyncio.sleep(ASK_EVERY_S)
        else:
            config: dict[str, Any] = answer["config"]
            return config


async def _until_primary(client: "Client", ports: Sequence[int]) -> None:
    """Waits until the set has a primary. If the set has only one member, waits until that member is primary."""
    while True:
        hello = await client.admin.command("hello")
        if hello.get("isWritablePrimary") or (len(ports) > 1 and "primary" in hello):
            return
        await asyncio.sleep(ASK_EVERY_S)


async def _ensure_user(client: "Client", port: int, password: Secret) -> None:
    """Creates the launcher's user if mongod does not accept the password yet.

    mongod allows this only from this machine and only while it has no user. Otherwise raises PasswordRefused.
    """
    from pymongo.errors import OperationFailure  # noqa: PLC0415 - see _client

    if await _accepts(port, password):
        return
    try:
        await client.admin.command("createUser", USER, pwd=str(password), roles=["root"], mechanisms=["SCRAM-SHA-256"])
    except OperationFailure as error:
        raise PasswordRefused from error


async def _accepts(port: int, password: Secret) -> bool:
    from pymongo.errors import OperationFailure  # noqa: PLC0415 - see _client

    client = _client(port, password)
    try:
        await client.admin.command("ping")
    except OperationFailure as error:
        if error.code == AUTHENTICATION_FAILED:
            return False
        raise
    finally:
        await client.close()
    return True


def _client(port: int, password: Secret | None = None) -> "Client":
    """Returns a client of one member, which may be in any state.

    The driver is imported here so that it loads while mongod starts.
    """
    from pymongo import AsyncMongoClient  # noqa: PLC0415

    return AsyncMongoClient(
        LOOPBACK,
        port,
        directConnection=True,
        w="majority",
        readConcernLevel="majority",
        serverSelectionTimeoutMS=int(ANSWER_TIMEOUT_S * 1000),
        username=USER if password else None,
        password=str(password) if password else None,
    )
