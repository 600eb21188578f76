"""Serves a web application with granian in the caller's event loop. Each HTTP process calls this module."""

import asyncio
import atexit
import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

BACKLOG = 1024
CONNECTIONS_MAX = 2_048
"""Maximum number of open connections. More connections wait until one is closed, and get no answer meanwhile."""

HEADERS_WITHIN_S = 30.0
OPEN_TRIES_MAX = 500
OPEN_TRY_PAUSE_S = 0.01
THREADS_END_S = 0.2
"""Seconds to pause at exit until granian's threads have ended. An earlier exit may abort the interpreter."""


@cache
def _pause_at_exit() -> None:
    """Makes the interpreter pause once at its exit, so that granian's threads can end."""
    atexit.register(time.sleep, THREADS_END_S)


class NotServing(Exception):
    """Raised if the server accepts no connections, usually because the port is already in use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """A running HTTP server. `stop` lets running requests end and frees the port."""

    server: Server
    task: "asyncio.Task[None]"

    async def stop(self) -> None:
        """Stops accepting connections and waits until running requests have ended."""
        self.server.stop()  # type: ignore[no-untyped-call]
        await asyncio.shield(self.task)


async def serve(
    app: Any,
    host: str,
    port: int,
    *,
    headers_within_s: float = HEADERS_WITHIN_S,
    connections_max: int = CONNECTIONS_MAX,
) -> Serving:
    """Starts the server in the running event loop, and returns when it accepts connections.

    Raises NotServing if the server never accepts connections. A connection is closed if the headers of its next request
    are not complete within `headers_within_s` seconds.
    """
    _pause_at_exit()
    server = Server(
        app,
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        log_enabled=False,
        backlog=BACKLOG,
        backpressure=connections_max,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=int(1000 * headers_within_s)),
    )
    serving = Serving(server=server, task=asyncio.create_task(server.serve()))
    for _ in range(OPEN_TRIES_MAX):
        await asyncio.sleep(OPEN_TRY_PAUSE_S)
        if serving.task.done():
            raise NotServing(f"{host}:{port} cannot be served: {serving.task.exception() or 'it ended at once'}")
        if await _takes_connections(host, port):
            return serving
    raise NotServing(f"{host}:{port} takes no connections after {OPEN_TRIES_MAX * OPEN_TRY_PAUSE_S:.0f} s")


async def _takes_connections(host: str, port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    writer.close()
    return True
