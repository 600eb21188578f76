"""Ends processes that an earlier launcher of the same data folder left running.

The parent death signal (see `parent_death_signal.py`) ends the children of a launcher, but not the children's children.
Every process that a launcher starts has the folder's path in its environment, even if it was started indirectly. No
other process is ever ended. Call `end_orphans` only while the folder is locked.
"""

import contextlib
import os
import select
import signal
from pathlib import Path

MARK = "REFUNDS_LAUNCHER_FOLDER"
ENDING_TIMEOUT_S = 5.0


def end_orphans(folder: Path, proc: Path = Path("/proc")) -> tuple[int, ...]:
    """Kills the processes whose environment has the folder's mark, waits for their end, and returns their ids."""
    mark = f"{MARK}={folder}".encode()
    found = tuple(pid for pid in _process_ids(proc) if pid != os.getpid() and _has(proc, pid, mark))
    for pid in found:
        with contextlib.suppress(ProcessLookupError):
            _kill_and_wait(pid)
    return found


def _process_ids(proc: Path) -> list[int]:
    return [int(entry.name) for entry in proc.glob("[0-9]*")]


def _has(proc: Path, pid: int, mark: bytes) -> bool:
    try:
        return mark in (proc / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:
        return False


def _kill_and_wait(pid: int) -> None:
    descriptor = os.pidfd_open(pid)
    try:
        signal.pidfd_send_signal(descriptor, signal.SIGKILL)
        select.select([descriptor], [], [], ENDING_TIMEOUT_S)
    finally:
        os.close(descriptor)
