"""The messages between the load generator and the process that starts it.

`spawn.py` writes a plan to a file. `worker.py` reads the plan and answers with one JSON message per line. Both refuse a
plan for any host that is not a loopback address.
"""

import re
from ipaddress import ip_address

import msgspec

from bench.errors import NotLoopback, PlanInvalid
from bench.load.histogram import Latency

CONNECTIONS_MAX = 16_384
REQUESTS_MAX = 2_000_000
SERIAL = b"SERIAL00"
"""If a plan has `is_numbered`, a number of 8 digits replaces this text in each request."""
SECONDS_MAX = 3600.0
RATE_MAX = 100_000.0


class LoadPlan(msgspec.Struct, frozen=True, kw_only=True):
    """States which prebuilt requests are sent, where to, and how.

    If `rate_per_s` is None, each connection sends as soon as it has its answer (a closed loop). Otherwise requests are
    due at a fixed rate (an open loop). Latency then counts from the time at which a request is due. `capture` is a
    regular expression. The text that its group 1 finds in each 2xx body is returned. If `is_dropped_if_busy`, a request
    is not sent if no connection is free when the request is due. Answers of 2xx within `deadline_s` count as `in_time`.
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
    deadline_s: float = 2.0
    is_numbered: bool = False
    is_dropped_if_busy: bool = False


class Begun(msgspec.Struct, frozen=True, tag=True):
    """All connections are open, and the first request is sent now."""


class Tick(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The progress so far, sent about every `tick_s` seconds. In a closed loop, a request is due when it is sent."""

    at_s: float
    due: int
    sent: int
    answered: int


class Failed(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The plan could not be carried out."""

    why: str


class LoadResult(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The result of a plan. `window_s` is the time in which requests were sent.

    `latency` and `statuses` count all answers. `answered_in_window` counts only answers in that time.
    """

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
    in_time: int = 0

    @property
    def ops_per_s(self) -> float:
        """Returns the answers per second in the time in which requests were sent."""
        return self.answered_in_window / self.window_s if self.window_s else 0.0

    @property
    def accepted(self) -> int:
        """Returns the number of answers with a 2xx status."""
        return sum(count for status, count in self.statuses.items() if 200 <= status < 300)

    @property
    def errors(self) -> int:
        """Returns the number of requests that did not get an answer with a 2xx status."""
        refused = self.answered - self.accepted
        return refused + self.timed_out + self.broken + self.dropped


Message = Begun | Tick | Failed | LoadResult


def checked(plan: LoadPlan) -> LoadPlan:
    """Returns the plan unchanged. Raises NotLoopback for another machine, or PlanInvalid for a value out of limits."""
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
    """Raises NotLoopback if `host` is not a numeric loopback address."""
    try:
        is_loopback = ip_address(host).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise NotLoopback(f"load goes to loopback addresses only, not to {host!r}")
