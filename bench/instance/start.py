"""Starts `refunds up` on a folder and stops it again. Only instances that were started here are ever stopped."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep

from bench.errors import StartFailed
from bench.instance.ready import Ready, read_ready

START_S_MAX = 120.0
STOP_S_MAX = 60.0
_STEP_S = 0.01
_LOG_CHARS_MAX = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A running instance that this process started. It was ready after `start_s` seconds."""

    ready: Ready
    start_s: float


@contextmanager
def running(
    folder: Path,
    *,
    options: tuple[str, ...] = (),
    environ: Mapping[str, str] | None = None,
    root: Path | None = None,
) -> Iterator[Started]:
    """Runs `refunds up` on `folder` while the context lasts, and then stops it with SIGTERM.

    The log and the ready file are written next to the folder.
    """
    ready_file = folder.with_suffix(".ready.json")
    ready_file.unlink(missing_ok=True)
    log_file = folder.with_suffix(".log")
    python = sys.executable if root is None else str(root / ".venv" / "bin" / "python")
    command = [python, "-m", "refunds", "up", "--port", "0"]
    command += ["--data-dir", str(folder), "--ready-file", str(ready_file), *options]
    began_s = perf_counter()
    with log_file.open("wb") as log:
        variables = {**_own_environ(root), **(environ or {})}
        launcher = subprocess.Popen(command, stdout=log, stderr=log, env=variables, cwd=root)
    try:
        _wait_ready(launcher, ready_file, log_file)
        yield Started(ready=read_ready(ready_file), start_s=perf_counter() - began_s)
    finally:
        _stop(launcher)


def _own_environ(root: Path | None) -> dict[str, str]:
    """Our environment. Another checkout gets no path to our code."""
    return {name: value for name, value in os.environ.items() if root is None or name != "PYTHONPATH"}


def _wait_ready(launcher: "subprocess.Popen[bytes]", ready_file: Path, log_file: Path) -> None:
    latest_s = perf_counter() + START_S_MAX
    while not ready_file.exists():
        if launcher.poll() is not None or perf_counter() > latest_s:
            tail = log_file.read_text(errors="replace")[-_LOG_CHARS_MAX:]
            raise StartFailed(f"refunds up did not become ready:\n{tail}")
        sleep(_STEP_S)


def _stop(launcher: "subprocess.Popen[bytes]") -> None:
    if launcher.poll() is None:
        launcher.send_signal(signal.SIGTERM)
    try:
        launcher.wait(STOP_S_MAX)
    except subprocess.TimeoutExpired:
        launcher.kill()
        launcher.wait()
