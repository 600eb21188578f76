"""Starts a naive endpoint as a separate process and waits until its port is open."""

import os
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, sleep

from bench.errors import StartFailed

START_S_MAX = 60.0
STOP_S_MAX = 30.0
_STEP_S = 0.05
_ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens at now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def serving(command: Sequence[str], port: int, environ: Mapping[str, str], log_file: Path) -> Iterator[int]:
    """The pid of the started endpoint, stopped at the end. Raises StartFailed."""
    variables = {**os.environ, **environ, "PYTHONPATH": str(_ROOT)}
    with log_file.open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, env=variables)
    try:
        latest_s = perf_counter() + START_S_MAX
        while not _is_open(port):
            if server.poll() is not None or perf_counter() > latest_s:
                raise StartFailed(f"{command[1:4]} did not serve: {log_file.read_text()[-600:]}")
            sleep(_STEP_S)
        yield server.pid
    finally:
        server.terminate()
        try:
            server.wait(STOP_S_MAX)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _is_open(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0
