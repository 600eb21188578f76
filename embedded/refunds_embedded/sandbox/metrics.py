"""Counts what the sandbox does, and renders the counters as text for Prometheus. `GET /metrics` returns the text."""

import os
from collections import Counter
from pathlib import Path

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class Metrics:
    """Counts answers, refunds and webhooks of one process."""

    def __init__(self) -> None:
        self.answers: Counter[int] = Counter()
        self.refunds: Counter[str] = Counter()
        self.webhooks: Counter[str] = Counter()

    def text(self, gauges: dict[str, int]) -> str:
        """Returns the counters, the CPU seconds, the memory and the gauges in Prometheus' text format."""
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
