"""Carries out a plan in a separate process and waits for the result."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from threading import Timer

import msgspec

from bench.errors import LoadFailed
from bench.load.plan import Begun, Failed, LoadPlan, LoadResult, Message, Tick, checked

_GRACE_S = 30.0
_ROOT = Path(__file__).resolve().parents[2]


def run_load(
    plan: LoadPlan,
    *,
    on_begun: Callable[[], None] | None = None,
    on_tick: Callable[[Tick], None] | None = None,
) -> LoadResult:
    """Carries out the plan and returns the result. Raises LoadFailed if there is no result.

    Both callbacks are called while the load runs.
    """
    checked(plan)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        file = Path(folder) / "plan.msgpack"
        file.write_bytes(msgspec.msgpack.encode(plan))
        return _follow(_start(file), plan, on_begun, on_tick)


def _start(plan_file: Path) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "bench.load.worker", str(plan_file)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
    )


def _follow(
    worker: "subprocess.Popen[bytes]",
    plan: LoadPlan,
    on_begun: Callable[[], None] | None,
    on_tick: Callable[[Tick], None] | None,
) -> LoadResult:
    watchdog = Timer(plan.seconds + 2 * plan.timeout_s + _GRACE_S, worker.kill)
    watchdog.start()
    try:
        assert worker.stdout is not None
        for line in worker.stdout:
            message = msgspec.json.decode(line, type=Message)
            match message:
                case LoadResult():
                    return message
                case Failed():
                    raise LoadFailed(message.why)
                case Begun() if on_begun is not None:
                    on_begun()
                case Tick() if on_tick is not None:
                    on_tick(message)
        raise LoadFailed(f"the load generator ended without a result, exit {worker.wait()}")
    finally:
        watchdog.cancel()
        if worker.poll() is None:
            worker.terminate()
        worker.wait()
        if worker.stdout is not None:
            worker.stdout.close()
