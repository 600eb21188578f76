"""Reports the progress of the launcher, as lines for a person or as JSON lines for a program.

`refunds up` passes a `ProgressOutput` to the supervisor. The output never receives a password. In JSON, each event is
one line.
"""

import json
import time
from dataclasses import asdict
from typing import TextIO

from refunds.cli.client.ready_file import Ready
from refunds_embedded.launcher.instance.errors import LauncherError
from refunds_embedded.launcher.supervision.supervisor import LauncherEvent

# A person gets what is not as expected; a program gets everything.
_WORTH_A_LINE = frozenset({"child.ended", "child.restarted", "child.killed"})


class ProgressOutput:
    """Writes the progress to `out`. Failures are also written to `err`, as one line of text."""

    def __init__(self, *, as_json: bool, out: TextIO, err: TextIO) -> None:
        self._as_json = as_json
        self._out = out
        self._err = err
        self._began_s = time.perf_counter()

    def report(self, event: LauncherEvent) -> None:
        """Reports an event of a child process."""
        if self._as_json:
            self._line(**asdict(event))
        elif event.name in _WORTH_A_LINE:
            detail = f" ({event.detail})" if event.detail else ""
            self._print(f"{event.child}: {event.name.partition('.')[2]}{detail}")

    def ready(self, ready: Ready) -> None:
        """Reports that the instance is ready, with its addresses."""
        if self._as_json:
            self._line(name="launcher.ready", url=ready.url, sandbox_url=ready.sandbox_url)
            return
        self._print(
            f"Brik Refunds is ready after {self._elapsed_s:.1f} s\n"
            f"  API      {ready.url} (documentation at {ready.url}/docs)\n"
            f"  sandbox  {ready.sandbox_url}\n"
            f"{_metrics(ready)}"
            f"  data     {ready.data_dir}\n"
            "Ctrl-C stops it."
        )

    def sample(self, lines: str) -> None:
        """Reports which sample data was added, or why it could not be added."""
        if self._as_json:
            self._line(name="launcher.sample", text=lines)
        else:
            self._print(lines)

    def migrating(self, collection: str, what: str, documents: int) -> None:
        """Reports that a migration of stored data begins."""
        if self._as_json:
            self._line(name="schema.migrating", collection=collection, what=what, documents=documents)
        else:
            self._print(f"{collection}: {what} ({documents:,} documents)")

    def stopping(self) -> None:
        """Reports that the stop has begun. The running work is completed first."""
        if self._as_json:
            self._line(name="launcher.stopping")
        else:
            self._print("draining …")

    def stopped(self) -> None:
        """Reports that all processes have ended."""
        if self._as_json:
            self._line(name="launcher.stopped")
        else:
            self._print("stopped")

    def failed(self, error: LauncherError) -> None:
        """Reports in one line why the launcher ends. If `as_json` is set, also writes an event to `out`."""
        if self._as_json:
            self._line(name="launcher.failed", what=error.what, remedy=error.remedy)
        one_line = " ".join(str(error).split())
        self._err.write(f"refunds up: {one_line}\n")
        self._err.flush()

    @property
    def _elapsed_s(self) -> float:
        return time.perf_counter() - self._began_s

    def _line(self, *, name: str, **details: str | int | None) -> None:
        given = {key: value for key, value in details.items() if value is not None}
        self._print(json.dumps({"event": name, "elapsed_s": round(self._elapsed_s, 3), **given}))

    def _print(self, text: str) -> None:
        self._out.write(text + "\n")
        self._out.flush()


def _metrics(ready: Ready) -> str:
    """Returns the addresses of the metrics, one line for each process.

    If there are several processes, each line names the service of the process.
    """
    services: dict[str, str] = {}
    for name, service in ready.services.items():
        services.setdefault(service.url, name)
    is_split = len(services) > 1
    lines = [f"{url}/metrics of {name}" if is_split else f"{url}/metrics" for url, name in services.items()]
    return "".join(f"  {'' if number else 'metrics':<8} {line}\n" for number, line in enumerate(lines))
