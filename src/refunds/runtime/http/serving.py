"""Serves a web application with granian inside the caller's event loop. Called by each process that serves HTTP."""

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
HEADERS_WITHIN_S = 30.0
OPEN_TRIES_MAX = 500
OPEN_TRY_PAUSE_S = 0.01
THREADS_END_S = 0.2
"""Pause for granian's threads, which outlive its task a little: an interpreter that ends earlier may abort."""


@cache
def _pause_at_exit() -> None:
    """Registers one pause at the interpreter's exit, instead of one at every stop."""
    atexit.register(time.sleep, THREADS_END_S)


class NotServing(Exception):
    """The address could not be served, mostly because the port is already in use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """A running server; `stop` lets requests end and frees the port."""

    server: Server
    task: "asyncio.Task[None]"

    async def stop(self) -> None:
        """Accepts no more connections and waits for requests; a request that takes longer may still be answered."""
        self.server.stop()  # type: ignore[no-untyped-call]
        await asyncio.shield(self.task)


async def serve(app: Any, host: str, port: int, *, headers_within_s: float = HEADERS_WITHIN_S) -> Serving:
    """Starts serving in the running loop; returns when connections are accepted. Raises NotServing if they never are.

    A connection is closed if the headers of its next request are not complete within `headers_within_s` seconds.
    """
    _pause_at_exit()
    server = Server(
        app,
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        log_enabled=False,
        backlog=BACKLOG,
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
