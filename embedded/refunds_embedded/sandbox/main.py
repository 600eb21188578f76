"""Starts and stops the process of one sandbox gateway.

The launcher and the command line call `run` with the environment, which has the configuration.
"""

import asyncio
import gc
import os
import signal
import socket
import sys
from collections.abc import Mapping

import uvloop
from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server

from refunds_embedded.sandbox.books.books import Books
from refunds_embedded.sandbox.books.entries import FORMAT, BooksOpened
from refunds_embedded.sandbox.books.journal import Journal, lock_folder
from refunds_embedded.sandbox.clock import SandboxClock, new_books_id
from refunds_embedded.sandbox.config import SandboxConfig, read_config
from refunds_embedded.sandbox.errors import AddressTaken, ConfigInvalid, JournalFailed, SandboxError
from refunds_embedded.sandbox.gateway import Gateway
from refunds_embedded.sandbox.http.app import SandboxApp
from refunds_embedded.sandbox.log import log
from refunds_embedded.sandbox.metrics import Metrics
from refunds_embedded.sandbox.webhooks import open_session, posting

EXIT_OK = 0
EXIT_FAILED = 1
EXIT_CONFIG = 2
LISTEN_BACKLOG = 1_024
COLLECT_AFTER_OBJECTS = 50_000


def run(environ: Mapping[str, str]) -> int:
    """Serves until SIGTERM or SIGINT.

    Returns 0 after a stop by signal, 1 after a failure, and 2 if the configuration is invalid.
    """
    try:
        uvloop.run(_serve_until_signal(read_config(environ)))
    except SandboxError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_CONFIG if isinstance(error, ConfigInvalid) else EXIT_FAILED
    return EXIT_OK


async def serve(config: SandboxConfig, stop: asyncio.Event) -> None:
    """Locks the folder, replays the books and serves until `stop` is set. Raises SandboxError after a failure."""
    lock = lock_folder(config.data_dir)
    try:
        _check_address(config)
        await _Process(config, stop).serve()
    finally:
        os.close(lock)


class _Process:
    """Holds the objects that live as long as the process, and serves requests until the process stops."""

    def __init__(self, config: SandboxConfig, stop: asyncio.Event) -> None:
        self._config = config
        self._stop = stop
        self._failed: SandboxError | None = None
        self._books = Books()
        self._journal = Journal(config.data_dir, config.flush_gap_ms, self._on_journal_failure)
        self._clock = SandboxClock()

    async def serve(self) -> None:
        self._replay()
        async with open_session(self._config) as session:
            metrics = Metrics()
            post = posting(session, self._config.webhook_url)
            gateway = Gateway(
                config=self._config,
                books=self._books,
                journal=self._journal,
                clock=self._clock,
                metrics=metrics,
                post=post,
            )
            app = SandboxApp(self._config, gateway, metrics)
            await self._serve_until_stopped(gateway, app)
        await self._journal.close()
        log("sandbox.stopped", refunds=len(self._books.refunds))
        if self._failed is not None:
            raise self._failed

    def _replay(self) -> None:
        self._journal.replay(self._books.apply)
        self._clock.advance(self._books.clock_offset_ms)
        gc.set_threshold(COLLECT_AFTER_OBJECTS)
        gc.freeze()
        if not self._books.books_id:
            opened = BooksOpened(format=FORMAT, books_id=new_books_id(), at_ms=self._clock.now_ms())
            self._books.apply(opened)
            self._journal.append(opened)

    async def _serve_until_stopped(self, gateway: Gateway, app: SandboxApp) -> None:
        server = _server(self._config, app)
        workers = asyncio.create_task(gateway.run())
        serving = asyncio.create_task(server.serve())
        stopping = asyncio.create_task(self._stop.wait())
        log(
            "sandbox.serving",
            host=self._config.host,
            port=self._config.port,
            refunds=len(self._books.refunds),
        )
        await asyncio.wait([workers, serving, stopping], return_when=asyncio.FIRST_COMPLETED)
        self._note_early_end(workers, serving)
        app.drain()
        gateway.release()
        server.stop()  # type: ignore[no-untyped-call]
        await asyncio.wait([serving], timeout=self._config.drain_ms / 1_000)
        for task in (workers, serving, stopping):
            task.cancel()
        await asyncio.gather(workers, serving, stopping, return_exceptions=True)

    def _note_early_end(self, *tasks: "asyncio.Task[None]") -> None:
        """Records a failure if a task ended although no stop was requested."""
        for task in tasks:
            if task.done() and self._failed is None:
                self._failed = SandboxError(f"sandbox stopped by itself: {task.exception() or 'server ended'}")

    def _on_journal_failure(self, failed: JournalFailed) -> None:
        self._failed = failed
        self._stop.set()


async def _serve_until_signal(config: SandboxConfig) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await serve(config, stop)


def _server(config: SandboxConfig, app: SandboxApp) -> Server:
    return Server(
        app,
        config.host,
        config.port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        websockets=False,
        backlog=LISTEN_BACKLOG,
        backpressure=config.connections_max,
        log_enabled=False,
    )


def _check_address(config: SandboxConfig) -> None:
    """Raises AddressTaken if another process listens on the address.

    The server itself would not notice this, because it can share a port with other processes.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            config.host, config.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except OSError as error:
        raise AddressTaken(config.host, config.port, error.strerror or str(error)) from error


if __name__ == "__main__":
    sys.exit(run(os.environ))
