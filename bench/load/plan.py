"""The messages between the load generator and its parent: the whole contract of the two processes.

`spawn.py` writes a plan to a file, `worker.py` reads it and answers with one JSON message a line. A plan for any host
but the loopback is refused on both sides.
"""

import re
from ipaddress import ip_address

import msgspec

from bench.errors import NotLoopback, PlanInvalid
from bench.load.histogram import Latency

CONNECTIONS_MAX = 1024
REQUESTS_MAX = 2_000_000
SECONDS_MAX = 3600.0
RATE_MAX = 100_000.0


class LoadPlan(msgspec.Struct, frozen=True, kw_only=True):
    """Which prebuilt requests are sent where, and how.

    Without `rate_per_s` the loop is closed: each connection sends as soon as it has its answer. With it the loop is
    open: requests are due at fixed moments and latency counts from there. `capture` is a regular expression; its group
    1 in each 2xx body is returned.
    """

    host: str
    port: int
    requests: list[bytes]
    connections: int
    seconds: float
    rate_per_s: float | None = None
    is_repeated: bool = False
    timeout_s: float = 10.0
    tick_s: float = 0.5
    capture: str = ""


class Begun(msgspec.Struct, frozen=True, tag=True):
    """All connections stand; the first request goes out now."""


class Tick(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """How far it is, about every `tick_s`. In a closed loop a request is due when it is sent."""

    at_s: float
    due: int
    sent: int
    answered: int


class Failed(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The run could not be done."""

    why: str


class LoadResult(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """What came of a plan. `window_s` ends when sending ends; `latency` and `statuses` count all
    answers, `answered_in_window` those before that moment."""

    window_s: float
    sent: int
    answered: int
    answered_in_window: int
    statuses: dict[int, int]
    timed_out: int
    broken: int
    dropped: int
    late_max_ms: float
    cpu_us: float
    latency: Latency
    captured: list[str]
    refused_sample: str

    @property
    def ops_per_s(self) -> float:
        """Answers a second while requests were being sent."""
        return self.answered_in_window / self.window_s if self.window_s else 0.0

    @property
    def accepted(self) -> int:
        """Answers with a status of 2xx."""
        return sum(count for status, count in self.statuses.items() if 200 <= status < 300)

    @property
    def errors(self) -> int:
        """Everything that did not end in a 2xx."""
        refused = self.answered - self.accepted
        return refused + self.timed_out + self.broken + self.dropped


Message = Begun | Tick | Failed | LoadResult


def checked(plan: LoadPlan) -> LoadPlan:
    """The same plan; NotLoopback or PlanInvalid where it may not be run."""
    check_loopback(plan.host)
    bounds = (
        ("port", plan.port, 1, 65_535),
        ("connections", plan.connections, 1, CONNECTIONS_MAX),
        ("requests", len(plan.requests), 1, REQUESTS_MAX),
        ("seconds", plan.seconds, 0.01, SECONDS_MAX),
        ("rate_per_s", plan.rate_per_s or 1.0, 0.1, RATE_MAX),
        ("timeout_s", plan.timeout_s, 0.1, 120.0),
        ("tick_s", plan.tick_s, 0.05, 60.0),
    )
    for name, value, low, high in bounds:
        if not low <= value <= high:
            raise PlanInvalid(f"{name} must be from {low} to {high}, not {value}")
    re.compile(plan.capture)
    return plan


def check_loopback(host: str) -> None:
    """NotLoopback unless `host` is a numeric address of this machine alone."""
    try:
        is_loopback = ip_address(host).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise NotLoopback(f"load goes to loopback addresses only, not to {host!r}")
