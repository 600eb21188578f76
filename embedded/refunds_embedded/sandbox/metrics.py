"""The sandbox's counters and their text for Prometheus.

Counted by app, gateway and webhooks, read by `GET /metrics`.
"""

import os
from collections import Counter
from pathlib import Path

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class Metrics:
    """Plain counters of one process."""

    def __init__(self) -> None:
        self.answers: Counter[int] = Counter()
        self.refunds: Counter[str] = Counter()
        self.webhooks: Counter[str] = Counter()

    def text(self, gauges: dict[str, int]) -> str:
        """Returns all counters, the process's CPU seconds and memory, and the given gauges, in Prometheus' format."""
        lines = [
            *_lines("sandbox_answers_total", "status", self.answers),
            *_lines("sandbox_refunds_total", "status", self.refunds),
            *_lines("sandbox_webhooks_total", "outcome", self.webhooks),
            *(f"sandbox_{name} {value}" for name, value in gauges.items()),
            f"process_cpu_seconds_total {_cpu_s():.3f}",
            f"process_resident_memory_bytes {_memory_bytes()}",
        ]
        return "\n".join(lines) + "\n"


def _lines(name: str, label: str, counts: Counter[int] | Counter[str]) -> list[str]:
    return [f'{name}{{{label}="{value}"}} {count}' for value, count in sorted(counts.items())]


def _cpu_s() -> float:
    times = os.times()
    return times.user + times.system


def _memory_bytes() -> int:
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_BYTES
    except OSError:
        return 0
