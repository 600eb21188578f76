"""Starts an operating system process that ends together with the process that started it.

The supervisor and the test servers start their processes here. This module never restarts a process.
"""

import asyncio
import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Self

from refunds_embedded.launcher.supervision.parent_death_signal import die_with_parent


class Process:
    """A running process in its own process group. Its output is appended to a log file."""

    def __init__(self, popen: subprocess.Popen[bytes]) -> None:
        self._popen = popen

    @classmethod
    def spawn(cls, command: Sequence[str], environ: Mapping[str, str], log_file: Path) -> Self:
        """Starts `command`. The process is killed when the calling thread ends.

        The process gets its own group, so that Ctrl-C in the terminal reaches only the launcher.
        """
        descriptor = os.open(log_file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "ab") as log:
            popen = subprocess.Popen(  # pylint: disable=consider-using-with
                command,
                env=dict(environ),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
                # Safe here: it calls one libc function that was loaded before the fork.
                preexec_fn=partial(die_with_parent, os.getpid()),  # noqa: PLW1509
            )
        return cls(popen)

    @property
    def pid(self) -> int:
        """Returns the process id, which is also the id of the process group."""
        return self._popen.pid

    @property
    def is_running(self) -> bool:
        """Returns True until the process has ended."""
        return self._popen.poll() is None

    @property
    def ending(self) -> str:
        """Returns text that describes how the process ended. Blocks if the process is still running."""
        code = self._popen.wait()
        if code < 0:
            return f"was killed by {signal.Signals(-code).name}"
        return f"ended with code {code}"

    async def ended(self) -> None:
        """Waits until the process has ended."""
        if not self.is_running:
            return
        loop = asyncio.get_running_loop()
        has_ended = asyncio.Event()
        descriptor = os.pidfd_open(self.pid)
        loop.add_reader(descriptor, has_ended.set)
        try:
            await has_ended.wait()
        finally:
            loop.remove_reader(descriptor)
            os.close(descriptor)
        self._popen.wait()

    async def stop(self, drain_s: float) -> bool:
        """Sends SIGTERM to the process. Kills its group when the process has ended, or after `drain_s` seconds.

        Returns True if the process ended in time.
        """
        if self.is_running:
            self._popen.terminate()
        try:
            await asyncio.wait_for(self.ended(), drain_s)
        except TimeoutError:
            self.kill()
            await self.ended()
            return False
        self.kill()  # workers that it left behind
        return True

    def kill(self) -> None:
        """Kills the whole process group at once."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
