"""Finds the instance that the demonstration uses, or starts one as a child process.

A child process runs `refunds up --sample --empty`. The child is stopped when the demonstration ends, even after an
error.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from refunds.cli.client.instance_option import read_instance
from refunds.cli.client.ready_file import Ready
from refunds.cli.errors import CommandFailed
from refunds_embedded.demo.options import DemoOptions
from refunds_embedded.launcher.servers.probes import http_ready
from refunds_embedded.launcher.supervision.process import Process
from refunds_embedded.launcher.supervision.stderr_tail import last_error_line

START_TIMEOUT_S, POLL_S, DRAIN_S = 120.0, 0.1, 80.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """A running instance. `process` is None if another program started the instance."""

    ready: Ready
    process: Process | None

    async def ended(self) -> None:
        """Waits until the instance ends. Waits forever if another program started the instance."""
        if self.process is None:
            await asyncio.Event().wait()
        else:
            await self.process.ended()


@asynccontextmanager
async def running_instance(options: DemoOptions, environ: Mapping[str, str]) -> AsyncIterator[Instance]:
    """Yields the running instance if it answers. Otherwise starts and yields a child process.

    The ready file has the addresses of the running instance. A child process is stopped at the end.
    """
    running = await _running(options.ready_file)
    if running is not None:
        yield Instance(ready=running, process=None)
        return
    with tempfile.TemporaryDirectory(prefix="refunds-demo-") as folder:
        log_file = Path(folder) / "up.log"
        process = Process.spawn(_command(options), environ, log_file)
        try:
            yield Instance(ready=await _ready(options.ready_file, process, log_file), process=process)
        finally:
            await process.stop(DRAIN_S)


async def _running(ready_file: Path) -> Ready | None:
    """Returns the instance that another program started, or None if no such instance answers."""
    try:
        ready = read_instance(ready_file)
    except CommandFailed:
        return None
    return ready if await _answers(ready) else None


def _command(options: DemoOptions) -> list[str]:
    return [
        *(sys.executable, "-P", "-m", "refunds", "up", "--sample", "--empty"),
        *("--port", str(options.port)),
        *("--data-dir", str(options.data_dir.absolute())),
        *("--ready-file", str(options.ready_file.absolute())),
    ]


async def _ready(ready_file: Path, process: Process, log_file: Path) -> Ready:
    """Waits until the child answers and returns the content of its ready file.

    The ready file has the addresses of the instance. Raises CommandFailed if the child is not ready in time. If the
    child ends first, the error has the last line of the child's log.
    """
    try:
        async with asyncio.timeout(START_TIMEOUT_S):
            while process.is_running:
                ready = _ready_of(process, ready_file)
                if ready is not None and await _answers(ready):
                    return ready
                await asyncio.sleep(POLL_S)
    except TimeoutError:
        raise CommandFailed(f"the instance was not ready within {START_TIMEOUT_S:g} s") from None
    last_line = last_error_line(log_file)
    raise CommandFailed(last_line.removeprefix("refunds ") or f"the instance {process.ending}")


def _ready_of(process: Process, ready_file: Path) -> Ready | None:
    """Returns the content of the ready file if this child wrote the file. Returns None otherwise."""
    if not ready_file.exists():
        return None
    ready = read_instance(ready_file)
    return ready if ready.pid == process.pid else None


async def _answers(ready: Ready) -> bool:
    address = urlsplit(ready.url)
    if not _is_alive(ready.pid):
        return False
    return await http_ready(address.hostname or "", address.port or 80)()


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
