"""Decides which requests a process begins. The decision depends on the measured rate of its answers.

`runtime.http.load_limits` calls this module. Each method takes the time as a parameter. By Little's law, the wait of a
new request is the number of requests in progress divided by the answers per second. A request that would wait longer
than `wait_max_s` is refused (docs/decisions/0053).
"""

from dataclasses import dataclass, field
from math import exp

WINDOW_S = 0.1
"""The rate is measured over windows of this length."""

SMOOTHING_S = 1.0
"""Time constant of the moving average of the rate."""

RATE_AT_START = 500.0
"""Answers per second that are assumed before any are measured."""

BUSY_MIN = 32
"""With fewer requests in progress, the rate shows what callers ask for, not what the process can answer."""

SHARE_OF_FREE = 3
"""A tenant may use this many times the free capacity. A single tenant may use three quarters of the capacity."""

OVERDRAFT_MAX = 2
"""A tenant below its share may begin requests until this many times the allowed number are in progress."""

RETRY_AFTER_MAX_S = 30


@dataclass(frozen=True, slots=True)
class Refusal:
    """The reason why a request may not begin. `is_share` is True if the tenant already uses its whole share."""

    wait_s: float
    is_share: bool

    @property
    def retry_after_s(self) -> int:
        """Returns the estimated seconds until the requests in progress are answered, as a number from 1 to 30."""
        return max(1, min(RETRY_AFTER_MAX_S, round(self.wait_s + 0.5)))


@dataclass(slots=True, kw_only=True)
class Admission:
    """Counts the requests of one kind that are in progress, by tenant. `always_max` are allowed even at a low rate.

    The shares are max-min fair among the tenants with requests in progress. A tenant that asks for less than its share
    gets what it asks for. All other tenants get the same share.
    """

    wait_max_s: float
    always_max: int = 64
    rate_per_s: float = RATE_AT_START
    in_progress: int = 0
    _of_tenants: dict[str, int] = field(default_factory=dict)
    _began_s: float = 0.0
    _answered: int = 0
    _least: int = 0
    quiet_max: int = field(init=False)
    """With fewer requests in progress, every request may begin."""

    def __post_init__(self) -> None:
        self.quiet_max = self.always_max * SHARE_OF_FREE // (SHARE_OF_FREE + 1)

    @property
    def wait_s(self) -> float:
        """Returns the estimated wait in seconds of a request that begins now."""
        return (self.in_progress + 1) / max(self.rate_per_s, 1e-3) if self.in_progress else 0.0

    @property
    def room(self) -> float:
        """Returns how many requests may be in progress."""
        return max(self.always_max, self.rate_per_s * self.wait_max_s)

    def refusal(self, tenant_id: str, now_s: float) -> Refusal | None:
        """Returns the reason why a request of the tenant may not begin, or None if it may begin."""
        if self.in_progress < self.quiet_max:
            return None
        self._measure(now_s)
        room = self.room
        free = room - self.in_progress
        of_tenant = self._of_tenants.get(tenant_id, 0)
        if of_tenant < room / (len(self._of_tenants) + 1) and free > -room * (OVERDRAFT_MAX - 1):
            return None
        if free < 1:
            return Refusal(self.wait_s, is_share=False)
        if of_tenant >= SHARE_OF_FREE * free:
            return Refusal(self.wait_s, is_share=True)
        return None

    def begin(self, tenant_id: str) -> None:
        """Counts a request that begins."""
        self.in_progress += 1
        self._of_tenants[tenant_id] = self._of_tenants.get(tenant_id, 0) + 1

    def end(self, tenant_id: str, now_s: float) -> None:
        """Counts a request that is answered."""
        self.in_progress -= 1
        left = self._of_tenants[tenant_id] - 1
        if left:
            self._of_tenants[tenant_id] = left
        else:
            del self._of_tenants[tenant_id]
        self._answered += 1
        self._least = min(self._least, self.in_progress)
        self._measure(now_s)

    def _measure(self, now_s: float) -> None:
        """Updates the rate at the end of a window. A window with few requests in progress can only raise the rate."""
        took_s = now_s - self._began_s
        if took_s < WINDOW_S:
            return
        rate_per_s = self._answered / took_s
        if self._least >= BUSY_MIN or rate_per_s > self.rate_per_s:
            self.rate_per_s += (rate_per_s - self.rate_per_s) * (1 - exp(-took_s / SMOOTHING_S))
        self._began_s = now_s
        self._answered = 0
        self._least = self.in_progress
