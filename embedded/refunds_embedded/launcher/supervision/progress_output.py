"""Reports the launcher's progress: lines for a person, or one JSON line per event for a program.

`refunds up` passes it to the supervisor. It never receives a password.
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
    """Writes to `out`; failures go to `err` as one line, in either form."""

    def __init__(self, *, as_json: bool, out: TextIO, err: TextIO) -> None:
        self._as_json = as_json
        self._out = out
        self._err = err
        self._began_s = time.perf_counter()

    def report(self, event: LauncherEvent) -> None:
        """Reports an event of a child."""
        if self._as_json:
            self._line(**asdict(event))
        elif event.name in _WORTH_A_LINE:
            detail = f" ({event.detail})" if event.detail else ""
            self._print(f"{event.child}: {event.name.partition('.')[2]}{detail}")

    def ready(self, ready: Ready) -> None:
        """Reports that all is ready, with the addresses."""
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
        """Reports what the sample added, or why that failed."""
        if self._as_json:
            self._line(name="launcher.sample", text=lines)
        else:
            self._print(lines)

    def migrating(self, collection: str, what: str, documents: int) -> None:
        """Reports that stored data are migrated."""
        if self._as_json:
            self._line(name="schema.migrating", collection=collection, what=what, documents=documents)
        else:
            self._print(f"{collection}: {what} ({documents:,} documents)")

    def stopping(self) -> None:
        """Reports that draining has begun."""
        if self._as_json:
            self._line(name="launcher.stopping")
        else:
            self._print("draining …")

    def stopped(self) -> None:
        """Reports that no process runs any more."""
        if self._as_json:
            self._line(name="launcher.stopped")
        else:
            self._print("stopped")

    def failed(self, error: LauncherError) -> None:
        """Reports in one line why the launcher ends."""
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
    """Returns the addresses of the metrics: one line per process, with its service if there are several."""
    services: dict[str, str] = {}
    for name, service in ready.services.items():
        services.setdefault(service.url, name)
    is_split = len(services) > 1
    lines = [f"{url}/metrics of {name}" if is_split else f"{url}/metrics" for url, name in services.items()]
    return "".join(f"  {'' if number else 'metrics':<8} {line}\n" for number, line in enumerate(lines))
