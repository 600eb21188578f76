"""Samples the stack of a Python process by its CPU time. No other tool is needed.

`bench.profile` puts this module on PYTHONPATH for the processes under test, and Python imports the module when they
start. The module samples from SIGUSR1 until SIGUSR2, and then writes `<pid>.<n>.folded` into BENCH_SAMPLER_DIR. A line
is `frame;frame;frame count`, with the outermost frame first. Only Python frames of the main thread are seen. CPU time
of native code and of other threads counts for the Python frame that is running then.
"""

import os
import signal
import sys
from collections import Counter
from pathlib import Path
from types import FrameType

_EVERY_S = 0.004
_FRAMES_MAX = 60
_folder = os.environ.get("BENCH_SAMPLER_DIR")
_stacks: "Counter[tuple[str, ...]]" = Counter()
_written: list[Path] = []


def _sample(_signum: int, frame: FrameType | None) -> None:
    stack: list[str] = []
    while frame is not None and len(stack) < _FRAMES_MAX:
        code = frame.f_code
        stack.append(f"{_place(code.co_filename)}:{code.co_qualname}")
        frame = frame.f_back
    _stacks[tuple(reversed(stack))] += 1


def _place(file: str) -> str:
    for mark in ("/site-packages/", "/src/", "/embedded/", "/lib/python3.11/"):
        _, found, rest = file.rpartition(mark)
        if found:
            return rest
    return file


def _begin(_signum: int, _frame: FrameType | None) -> None:
    _stacks.clear()
    signal.setitimer(signal.ITIMER_PROF, _EVERY_S, _EVERY_S)


def _end(_signum: int, _frame: FrameType | None) -> None:
    signal.setitimer(signal.ITIMER_PROF, 0)
    file = Path(_folder or ".", f"{os.getpid()}.{len(_written)}.folded")
    _written.append(file)
    text = "\n".join(f"{';'.join(stack)} {count}" for stack, count in _stacks.items())
    file.with_suffix(".part").write_text(text)
    file.with_suffix(".part").rename(file)


if _folder and "up" not in sys.argv:
    signal.signal(signal.SIGPROF, _sample)
    signal.siginterrupt(signal.SIGPROF, False)
    signal.signal(signal.SIGUSR1, _begin)
    signal.signal(signal.SIGUSR2, _end)
