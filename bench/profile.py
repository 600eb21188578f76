"""`python -m bench profile`: where the CPU of the services goes while the chosen benchmarks run.

Uses py-spy (native frames included) where it is installed, and otherwise `sampler/sitecustomize.py`,
which Python loads by itself in the processes of an instance that is started here.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from bench import runner
from bench.cases.bench import Bench

SAMPLES_PER_S = 200
_SAMPLER = Path(__file__).resolve().parent / "sampler"


def profile(wanted: runner.Wanted, top: int, say: Callable[[str], None], to: Console) -> None:
    """Run the benchmarks and print the functions that used most."""
    py_spy = shutil.which("py-spy") or shutil.which("py-spy", path=str(Path(sys.executable).parent))
    names = [name for name in runner.CASES if name in wanted.names]
    with tempfile.TemporaryDirectory(prefix="bench-profile-") as name:
        folder = Path(name)
        environ = {} if py_spy else {"BENCH_SAMPLER_DIR": name, "PYTHONPATH": _python_path()}
        with ExitStack() as stack:
            bench = stack.enter_context(runner.instance(replace(wanted, environ=environ), say))
            if py_spy:
                stack.callback(_attach(py_spy, bench, folder))
            for case in names:
                runner.CASES[case](bench)
        for file in sorted(folder.glob("*.folded")):
            print_profile(file.stem, file.read_text().splitlines(), top, to)


def _python_path() -> str:
    return os.pathsep.join(filter(None, [str(_SAMPLER), os.environ.get("PYTHONPATH", "")]))


def _attach(py_spy: str, bench: Bench, folder: Path) -> Callable[[], None]:
    command = [py_spy, "record", "--native", "--format", "raw", "--rate", str(SAMPLES_PER_S)]
    tools = ExitStack()
    for pid in {service.pid for service in bench.ready.services.values()}:
        output = str(folder / f"{pid}.folded")
        tool = tools.enter_context(
            subprocess.Popen([*command, "--pid", str(pid), "--output", output], stdout=subprocess.DEVNULL)
        )
        tools.callback(tool.send_signal, signal.SIGINT)
    return tools.close


def print_profile(title: str, lines: Iterable[str], top: int, to: Console) -> None:
    """Two tables of a folded profile: by own time, and by time with everything called."""
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
