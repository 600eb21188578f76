"""A real `refunds up` in a child process on a folder of its own, for tests that run the whole product.

Starts it, reads its ready file, finds the pids of everything that runs under it, kills one, stops it all.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 60.0
POLL_S = 0.05


@dataclass
class Instance:
    """Without tenants and payments.

    `names` of `pids`: launcher, mongodb, redis, sandbox and the services (`all`, or five with `--split`).
    """

    folder: Path
    arguments: tuple[str, ...] = ("--sample",)
    environ: dict[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None
    ready: dict[str, Any] = field(default_factory=dict)

    @property
    def ready_file(self) -> Path:
        """Where the launcher says that all is ready."""
        return self.folder / "ready-for-test.json"

    async def start(self) -> None:
        """Starts it and waits until it is ready."""
        self.ready_file.unlink(missing_ok=True)
        empty = ("--empty",) if "--sample" in self.arguments else ()
        command = [sys.executable, "-P", "-m", "refunds", "up", "--port", "0", "--data-dir", str(self.folder / "data")]
        with (self.folder / "up.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--ready-file", str(self.ready_file), *self.arguments, *empty],
                stdout=log,
                stderr=log,
                env={**os.environ, **self.environ},
            )
        await self.wait_ready()

    async def wait_ready(self) -> None:
        """Waits for the ready file; the log in the error where it does not come."""
        async with asyncio.timeout(START_TIMEOUT_S):
            while not self.ready_file.exists():
                assert self.process is not None
                assert self.process.poll() is None, (self.folder / "up.log").read_text()
                await asyncio.sleep(POLL_S)
        self.ready = json.loads(self.ready_file.read_text())

    def pids(self) -> dict[str, int]:
        """What runs now, by name."""
        assert self.process is not None
        found = {"launcher": self.process.pid}
        for child in _children(self.process.pid):
            found[_name_of(child)] = child
        return found

    def kill(self, name: str) -> None:
        """Kill -9 of one process that this instance started."""
        os.kill(self.pids()[name], signal.SIGKILL)

    async def wait_ended(self) -> int:
        """Waits for the launcher's own end; its exit code."""
        assert self.process is not None
        async with asyncio.timeout(STOP_TIMEOUT_S):
            while self.process.poll() is None:
                await asyncio.sleep(POLL_S)
        return self.process.returncode

    async def stop(self) -> int:
        """SIGTERM and the exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.terminate()
        return await self.wait_ended()


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def _name_of(pid: int) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    except FileNotFoundError:
        return f"gone-{pid}"
    program = Path(words[0]).name
    if "mongod" in program:
        return "mongodb"
    if "redis" in program:
        return "redis"
    return words[words.index("refunds") + 1] if "refunds" in words else program
