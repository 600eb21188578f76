"""Runs real MongoDB and Redis servers for tests and benchmarks, on free loopback ports.

A server can be killed and started again on the same folder and port. The servers end with the process that started
them. The launcher does not use this module.
"""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from refunds.kit.config import Secret
from refunds_embedded.launcher.instance.data_dir import write_private
from refunds_embedded.launcher.instance.ports import LOOPBACK, free_ports
from refunds_embedded.launcher.instance.settings import LauncherSettings
from refunds_embedded.launcher.servers import mongodb, redis_server
from refunds_embedded.launcher.servers.binaries import MONGOD, REDIS_SERVER, find_binary
from refunds_embedded.launcher.servers.probes import Probe, port_open, redis_ready
from refunds_embedded.launcher.supervision.process import Process
from refunds_embedded.launcher.supervision.stderr_tail import last_error_line

START_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 20.0
PROBE_EVERY_S = 0.01
KEY_FILE_TEXT = "keyOfTestServersOnly" * 4
SMALL = LauncherSettings(mongodb_cache_gb=0.25, mongodb_oplog_mb=256, redis_memory_mb=64)


class ServerDied(Exception):
    """The server ended during its start. The message is the last error line of its log."""


@dataclass(slots=True)
class Server:
    """One server process that can be started, stopped and killed repeatedly."""

    port: int
    command: tuple[str, ...]
    log_file: Path
    probe: Probe
    _process: Process | None = None

    @property
    def pid(self) -> int:
        """Returns the id of the running process."""
        if self._process is None:
            raise RuntimeError("the server was not started")
        return self._process.pid

    async def start(self) -> None:
        """Starts the server and waits until it listens. Raises ServerDied or TimeoutError."""
        self._process = Process.spawn(self.command, os.environ, self.log_file)
        async with asyncio.timeout(START_TIMEOUT_S):
            while not await self.probe():
                if not self._process.is_running:
                    raise ServerDied(last_error_line(self.log_file))
                await asyncio.sleep(PROBE_EVERY_S)

    async def stop(self) -> None:
        """Ends the server with SIGTERM. Does nothing if the server was not started."""
        if self._process is not None:
            await self._process.stop(STOP_TIMEOUT_S)

    async def kill(self) -> None:
        """Ends the server with SIGKILL, as a power failure would."""
        if self._process is not None:
            self._process.kill()
            await self._process.ended()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicaSet:
    """The running members and the address of a replica set."""

    members: tuple[Server, ...]
    uri: str


@contextlib.asynccontextmanager
async def replica_set(folder: Path, members: int = 1, password: Secret | None = None) -> AsyncIterator[ReplicaSet]:
    """Runs mongods that form a replica set with a primary, and yields the set.

    `folder` holds the data. If there is a password, clients must log in. Each run uses new ports. So only a set with
    one member can use the same folder again. A set with several members needs a new folder in each run.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ports = free_ports(members)
    servers = tuple(_mongod(folder, port, n, password) for n, port in enumerate(ports))
    async with _running(servers):
        await mongodb.form_replica_set(ports, password)
        yield ReplicaSet(members=servers, uri=mongodb.uri(ports, password))


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisServer:
    """A running redis-server with its address."""

    server: Server
    uri: str


@contextlib.asynccontextmanager
async def redis(folder: Path, password: str | None = None) -> AsyncIterator[RedisServer]:
    """Runs a redis-server that stores nothing on disk, and yields it."""
    folder.mkdir(parents=True, exist_ok=True)
    (port,) = free_ports(1)
    binary = find_binary(REDIS_SERVER, os.environ.get("PATH"), folder)
    configuration = redis_server.configure(folder, port, password, SMALL)
    server = Server(
        port=port,
        command=redis_server.command(binary, configuration),
        log_file=folder / "redis.log",
        probe=redis_ready(LOOPBACK, port, password),
    )
    async with _running((server,)):
        yield RedisServer(server=server, uri=redis_server.uri(port, password))


@contextlib.asynccontextmanager
async def _running(servers: tuple[Server, ...]) -> AsyncIterator[None]:
    try:
        await asyncio.gather(*(server.start() for server in servers))
        yield
    finally:
        await asyncio.gather(*(server.stop() for server in servers))


def _mongod(folder: Path, port: int, number: int, password: Secret | None) -> Server:
    data = folder / f"member{number}"
    data.mkdir(exist_ok=True)
    key_file = folder / "key" if password else None
    if key_file:
        write_private(key_file, KEY_FILE_TEXT)
    binary = find_binary(MONGOD, os.environ.get("PATH"), folder)
    files = mongodb.MongodFiles(binary=binary, folder=data, key_file=key_file)
    return Server(
        port=port,
        command=mongodb.command(files, port, SMALL),
        log_file=folder / f"member{number}.log",
        probe=port_open(LOOPBACK, port),
    )
