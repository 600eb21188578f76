"""Processes of this release and of an earlier one side by side on one database, behind one address.

The earlier one's code is kept as data (a shallow clone has no history) and runs with this release's libraries. Where
those no longer fit it, it is replaced by the code of a later release.
"""

import asyncio
import itertools
import os
import subprocess
import sys
import tarfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from aiohttp import web
from tests.support.adapters.dumps import STORED
from tests.support.http.load_balancer import HOP_BY_HOP

CODE_BEFORE = STORED / "code-519ac00.tar.xz"
START_S = 60.0
STOP_S = 40.0
LOOK_EVERY_S = 0.05


def code_before(folder: Path) -> Path:
    """The source of the release before, put into the folder; what PYTHONPATH names."""
    with tarfile.open(CODE_BEFORE) as archive:
        archive.extractall(folder, filter="data")
    return folder / "src"


@dataclass
class Running:
    """A process of all services, and where it answers."""

    process: "subprocess.Popen[bytes]"
    url: str
    log_file: Path

    async def stop(self) -> int:
        """SIGTERM, and its exit code."""
        self.process.terminate()
        return await asyncio.to_thread(self.process.wait, STOP_S)


@dataclass
class Front:
    """One address before those that run; the caller repeats what one of them, at its end, did not answer."""

    url: str
    running: list[Running] = field(default_factory=list)
    answered: dict[str, int] = field(default_factory=dict)
    _turns: "itertools.count[int]" = field(default_factory=itertools.count)

    async def lead(self, request: web.Request, session: aiohttp.ClientSession) -> web.Response:
        """To the next in turn."""
        target = self.running[next(self._turns) % len(self.running)].url
        headers = {name: text for name, text in request.headers.items() if name.lower() not in HOP_BY_HOP}
        try:
            async with session.request(
                request.method, f"{target}{request.rel_url}", data=await request.read(), headers=headers
            ) as answer:
                kept = {name: text for name, text in answer.headers.items() if name.lower() not in HOP_BY_HOP}
                self.answered[target] = self.answered.get(target, 0) + 1
                return web.Response(status=answer.status, body=await answer.read(), headers=kept)
        except aiohttp.ClientError:
            return web.Response(status=502)


@asynccontextmanager
async def front_on(port: int) -> AsyncIterator[Front]:
    """The address, as long as the block runs."""
    front = Front(url=f"http://127.0.0.1:{port}")
    async with aiohttp.ClientSession(auto_decompress=False) as session:
        app = web.Application()

        async def lead(request: web.Request) -> web.Response:
            return await front.lead(request, session)

        app.router.add_route("*", "/{path:.*}", lead)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            yield front
        finally:
            await runner.cleanup()


@dataclass(frozen=True)
class Release:
    """Starts processes; without a `source` those of the code under test."""

    environ: Mapping[str, str]
    folder: Path
    source: Path | None = None

    def _environ(self) -> dict[str, str]:
        if self.source is None:
            return {**os.environ, **self.environ}
        return {**os.environ, **self.environ, "PYTHONPATH": str(self.source)}

    async def start(self, port: int) -> Running:
        """All services in one process, ready to answer."""
        log_file = self.folder / f"{port}.log"
        with log_file.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "refunds", "all"],
                env={**self._environ(), "REFUNDS_PORT": str(port)},
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )
        running = Running(process, f"http://127.0.0.1:{port}", log_file)
        async with asyncio.timeout(START_S), aiohttp.ClientSession() as session:
            while not await _is_ready(session, running.url):
                assert process.poll() is None, log_file.read_text()
                await asyncio.sleep(LOOK_EVERY_S)
        return running

    async def run(self, *words: str) -> tuple[int, str]:
        """A command to its end: exit code, and what it said."""
        command = [sys.executable, "-P", "-m", "refunds", *words]
        done = await asyncio.to_thread(
            subprocess.run, command, env=self._environ(), capture_output=True, text=True, check=False, timeout=START_S
        )
        return done.returncode, done.stdout + done.stderr


async def _is_ready(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(f"{url}/health/ready") as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False
