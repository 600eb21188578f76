"""Shows the progress of long work, as live bars on a terminal and as plain lines elsewhere.

Commands open a stage, advance it, and may add a note. This module only displays what commands report.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from refunds.texts.verification_texts import CHECKED_TEXTS
from refunds.usecases.verification.verification_report import Checked

PLAIN_EVERY_PERCENT = 25
NOTE_EVERY_S = 5.0


class Stage(Protocol):
    """One part of the work whose progress is shown."""

    def advance(self, count: int = 1) -> None:
        """Adds `count` to the number of finished items."""
        ...

    def note(self, text: str) -> None:
        """Shows what the stage is doing. A later note replaces an earlier one."""
        ...


class Stages:
    """Opens stages, and shows their progress on one console."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def print_line(self, line: str) -> None:
        """Prints one line between the stages."""
        self._console.print(line, highlight=False)

    @contextmanager
    def watching(self, title: str) -> Iterator[Callable[[Checked, int], None]]:
        """Opens a stage for a verification, whose number of items is unknown.

        Yields a function that shows counts, but only on a terminal.
        """
        if not self._console.is_terminal:
            yield lambda _what, _count: None
            return
        with self._console.status(title) as status:
            yield lambda what, count: status.update(f"{title}: {count:,} {CHECKED_TEXTS[what]}")

    @contextmanager
    def stage(self, title: str, total: int) -> Iterator[Stage]:
        """Opens a stage with `total` items, and yields the stage."""
        if not self._console.is_terminal:
            plain = _PlainStage(self._console, title, total)
            yield plain
            plain.end()
            return
        columns = (
            TextColumn("{task.description:<26}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[note]}"),
        )
        with Progress(*columns, console=self._console) as progress:
            yield _LiveStage(progress, progress.add_task(title, total=total, note=""))


class _LiveStage:
    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress, self._task = progress, task

    def advance(self, count: int = 1) -> None:
        self._progress.advance(self._task, count)

    def note(self, text: str) -> None:
        self._progress.update(self._task, note=text)


@dataclass(slots=True)
class _PlainStage:
    console: Console
    title: str
    total: int
    _done: int = 0
    _next_percent: int = PLAIN_EVERY_PERCENT
    _noted: str = ""
    _began_s: float = field(default_factory=time.perf_counter)
    _noted_s: float = field(default_factory=time.perf_counter)

    def advance(self, count: int = 1) -> None:
        self._done += count
        percent = 100 * self._done // max(self.total, 1)
        if self._next_percent <= percent < 100:
            self._print(f"{percent} %")
            self._next_percent = percent - percent % PLAIN_EVERY_PERCENT + PLAIN_EVERY_PERCENT

    def note(self, text: str) -> None:
        now_s = time.perf_counter()
        if text != self._noted and now_s - self._noted_s >= NOTE_EVERY_S:
            self._noted, self._noted_s = text, now_s
            self._print(text)

    def end(self) -> None:
        """Prints the last line of the stage."""
        self._print(f"done in {time.perf_counter() - self._began_s:.1f} s")

    def _print(self, text: str) -> None:
        self.console.print(f"{self.title}: {self._done:,} of {self.total:,} ({text})", highlight=False)
