"""Measures how long `refunds up` takes to become ready, on a new folder and on an existing one."""

import tempfile
from pathlib import Path
from statistics import median

from bench.instance.start import running
from bench.measure.result import Measurement

REPEATS = 3


def run() -> list[Measurement]:
    """Starts and stops its own instances, so no running instance is needed."""
    fresh, existing = [], []
    for _ in range(REPEATS):
        with tempfile.TemporaryDirectory(prefix="bench-start-") as name:
            folder = Path(name) / "data"
            with running(folder) as started:
                fresh.append(started.start_s)
            with running(folder) as started:
                existing.append(started.start_s)
    return [
        _measurement("start_fresh", "refunds up on a fresh folder", fresh),
        _measurement("start_existing", "refunds up on an existing folder", existing),
    ]


def _measurement(name: str, what: str, times_s: list[float]) -> Measurement:
    return Measurement(
        name=name,
        what=f"{what}, median of {len(times_s)}",
        operations=len(times_s),
        seconds=round(sum(times_s), 3),
        figures={"start_s": round(median(times_s), 3), "start_max_s": round(max(times_s), 3)},
    )
