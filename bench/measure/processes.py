"""Reads the CPU time and memory of processes and their descendants from /proc.

The kernel counts CPU time in ticks of 10 ms. So differences over less than a second mean little.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_TICK_US = 1e6 / os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_PROC = Path("/proc")
_IDLE, _IO_WAIT = 3, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """The CPU time and memory of one or more processes.

    `cpu_us` counts from their start and includes all threads. `rss_bytes` is the current resident memory.
    """

    cpu_us: float = 0.0
    rss_bytes: int = 0

    def __add__(self, other: "Use") -> "Use":
        return Use(cpu_us=self.cpu_us + other.cpu_us, rss_bytes=self.rss_bytes + other.rss_bytes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """One process in the process table."""

    pid: int
    parent_pid: int
    use: Use


def process_table() -> dict[int, Process]:
    """Returns all processes of this machine by pid."""
    found = (_read(int(entry.name)) for entry in _PROC.iterdir() if entry.name.isdigit())
    return {process.pid: process for process in found if process is not None}


def use_of(pids: Iterable[int], table: dict[int, Process]) -> Use:
    """Returns what the processes use together. Processes that have ended are left out."""
    return sum((table[pid].use for pid in pids if pid in table), Use())


def family(pid: int, table: dict[int, Process]) -> set[int]:
    """Returns the pids of the process and all its descendants."""
    members = {pid}
    size = 0
    while size < len(members):
        size = len(members)
        members |= {p.pid for p in table.values() if p.parent_pid in members}
    return members


def busy_us() -> float:
    """Returns the CPU time in microseconds that this machine has used since it started.

    Includes the time that a hypervisor gave to other machines (stolen time).
    """
    with (_PROC / "stat").open() as stat:
        ticks = [int(field) for field in stat.readline().split()[1:9]]
    return (sum(ticks) - ticks[_IDLE] - ticks[_IO_WAIT]) * _TICK_US


def _read(pid: int) -> Process | None:
    try:
        text = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    fields = text[text.rindex(")") + 2 :].split()  # the name may hold spaces and brackets
    ticks = int(fields[11]) + int(fields[12])
    use = Use(cpu_us=ticks * _TICK_US, rss_bytes=int(fields[21]) * _PAGE_BYTES)
    return Process(pid=pid, parent_pid=int(fields[1]), use=use)
