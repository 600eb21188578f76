"""The command `python -m bench profile`, which shows where the services use CPU time in each measured load.

It uses py-spy, with native frames, if py-spy is installed. Otherwise it uses `sampler/sitecustomize.py`, which Python
imports by itself in the processes of an instance that is started here.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter, sleep

from rich.console import Console

from bench import runner
from bench.support.bench import Bench

SAMPLES_PER_S = 200
WRITE_S_MAX = 10.0
_STEP_S = 0.05
_SAMPLER = Path(__file__).resolve().parent / "sampler"


def profile(wanted: runner.Wanted, top: int, say: Callable[[str], None], to: Console) -> None:
    """Runs the benchmarks. After each measured load, prints the functions that used most CPU time."""
    py_spy = shutil.which("py-spy") or shutil.which("py-spy", path=str(Path(sys.executable).parent))
    names = [name for name in runner.CASES if name in wanted.names]
    with tempfile.TemporaryDirectory(prefix="bench-profile-") as name:
        environ = {} if py_spy else {"BENCH_SAMPLER_DIR": name, "PYTHONPATH": _python_path()}
        with runner.instance(replace(wanted, environ=environ), say) as bench:
            profiler = Profiler(bench=bench, folder=Path(name), py_spy=py_spy, top=top, to=to)
            bench.on_measured = profiler.measured
            for case in names:
                runner.CASES[case](bench)


def _python_path() -> str:
    return os.pathsep.join(filter(None, [str(_SAMPLER), os.environ.get("PYTHONPATH", "")]))


@dataclass(slots=True, kw_only=True)
class Profiler:
    """Takes a profile of each measured load and prints it. The bench calls `measured` when a load begins and ends."""

    bench: Bench
    folder: Path
    py_spy: str | None
    top: int
    to: Console
    _tools: "list[subprocess.Popen[bytes]]" = field(default_factory=list)
    _runs: int = 0

    def measured(self, is_running: bool) -> None:
        """Begins the profile if `is_running` is True. Otherwise ends and prints it."""
        pids = sorted({service.pid for service in self.bench.ready.services.values()})
        if self.py_spy is None:
            for pid in pids:
                os.kill(pid, signal.SIGUSR1 if is_running else signal.SIGUSR2)
        elif is_running:
            self._attach(self.py_spy, pids)
        else:
            self._detach()
        if not is_running:
            for pid in pids:
                self._print(f"{pid}.{self._runs}")
            self._runs += 1

    def _attach(self, py_spy: str, pids: list[int]) -> None:
        command = [py_spy, "record", "--native", "--format", "raw", "--rate", str(SAMPLES_PER_S)]
        for pid in pids:
            file = str(self.folder / f"{pid}.{self._runs}.folded")
            tool = subprocess.Popen(  # pylint: disable=consider-using-with
                [*command, "--pid", str(pid), "--output", file], stdout=subprocess.DEVNULL
            )
            self._tools.append(tool)

    def _detach(self) -> None:
        for tool in self._tools:
            tool.send_signal(signal.SIGINT)
            tool.wait()
        self._tools.clear()

    def _print(self, title: str) -> None:
        file = self.folder / f"{title}.folded"
        latest_s = perf_counter() + WRITE_S_MAX
        while not file.exists() and perf_counter() < latest_s:
            sleep(_STEP_S)
        if file.exists():
            print_profile(title, file.read_text().splitlines(), self.top, self.to)


def print_profile(title: str, lines: Iterable[str], top: int, to: Console) -> None:
    """Prints two tables of a folded profile.

    The first has the time of each function alone. The second adds the time of the functions that each function calls.
    """
    own: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    for line in lines:
        stack, _, count = line.rpartition(" ")
        frames = stack.split(";")
        own[frames[-1]] += int(count)
        for frame in set(frames):
            whole[frame] += int(count)
    total = max(1, sum(own.values()))
    for what, counted in (("own", own), ("with callees", whole)):
        to.print(f"process {title}: {total} samples, {what}", highlight=False)
        for frame, samples in counted.most_common(top):
            to.print(f"  {samples / total:6.1%}  {frame}", highlight=False, markup=False)
