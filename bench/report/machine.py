"""Describes the machine of a report, because values from two machines cannot be compared."""

import os
import platform
import subprocess
from pathlib import Path

from bench.measure.result import Machine

_ROOT = Path(__file__).resolve().parents[2]


def machine() -> Machine:
    """Returns a description of this machine."""
    return Machine(
        cpu=_field(Path("/proc/cpuinfo"), "model name") or platform.machine(),
        cores=len(os.sched_getaffinity(0)),
        memory_mb=int(_field(Path("/proc/meminfo"), "MemTotal").split(" ")[0] or 0) // 1024,
        kernel=platform.release(),
        python=platform.python_version(),
    )


def commit() -> str:
    """Returns the short id of the commit that is checked out, or "unknown".

    The id ends with `+` if tracked files have changes.
    """
    try:
        found = _git("rev-parse", "--short", "HEAD")
        return found + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=_ROOT, capture_output=True, check=True, text=True)
    return done.stdout.strip()


def _field(file: Path, name: str) -> str:
    for line in file.read_text().splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return ""
