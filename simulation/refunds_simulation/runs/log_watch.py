"""Watches the log of the product's loops. An error that is not one of the product's own error classes is a finding."""

from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog

from refunds.domain import errors

WATCHED = frozenset({"work.failed", "loop.failed", "relay.step_broken", "relay.step_failed", "relay.not_resigned"})
ALARMS = frozenset(
    {
        "audit.anchor_broken",
        "audit.behind_anchor",
    }
)
"""Log events that report wrong data."""

NOTICES = frozenset({"webhook.unread", "webhook.unread_not_kept"})
"""Log events for an operator. They are counted by reason, and the oracles check their consequences."""

_KNOWN = frozenset(
    name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.RefundsError)
) | {"AnchorsUnavailable", "BusUnavailable", "QuarantineFull", "RelaySuperseded"}


@dataclass(slots=True)
class LogWatch:
    """Counts log lines in `counts` by event and error. `broken` is called for lines that must never occur."""

    broken: Callable[[str], None]
    counts: dict[str, int] = field(default_factory=dict)

    def count(self, _logger: object, _method: str, line: MutableMapping[str, Any]) -> str:
        """Counts a log line and drops it. structlog calls this method as a processor."""
        event = str(line.get("event"))
        if event in WATCHED:
            error = str(line.get("error"))
            name = f"{event} {error}"
            self.counts[name] = self.counts.get(name, 0) + 1
            if error not in _KNOWN:
                self.broken(f"{event}: {error}: {line.get('message', '')}")
        elif event in NOTICES:
            name = f"{event} {line.get('why') or line.get('error')}"
            self.counts[name] = self.counts.get(name, 0) + 1
        elif event in ALARMS:
            self.broken(f"{event}: { ({key: value for key, value in line.items() if key != 'exc_info'}) }")
        raise structlog.DropEvent


@contextmanager
def listening(watch: LogWatch) -> Iterator[None]:
    """Passes every log line to `watch` while the context lasts."""
    before = structlog.get_config()
    structlog.configure(processors=[watch.count], cache_logger_on_first_use=False)
    try:
        yield
    finally:
        structlog.configure(**before)
