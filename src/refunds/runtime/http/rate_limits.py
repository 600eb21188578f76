"""Limits the requests of each tenant per time window.

A window has a fixed length and begins with its first request. The web calls this module for every request with a token.
The tenant is the scope of the token. Each process counts alone. So no request waits for another machine, but a tenant
has the whole limit in each process. A fixed window needs only one number for each tenant. Around the end of a window,
at most twice the limit is admitted. The library `limits` counts the windows. The header fields of
draft-ietf-httpapi-ratelimit-headers contain the number of requests left.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from limits import RateLimitItemPerSecond
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter

from refunds.runtime.http.endpoint import HeaderPairs
from refunds.runtime.http.problems import RATE_LIMIT_EXCEEDED, Problem, problem
from refunds.texts.requests.limit_facts import RateExceeded

TENANTS_MAX = 200_000
"""The maximum number of tenants that are counted. Above this number, ended windows are removed."""

SLICE_MAX = 64
CLOCK_GRAIN_S = 0.001
"""A shorter remaining time comes from the rounding of the clock and does not count as a second to wait."""

NO_WINDOW = (0, float("-inf"))

PLATFORM = "platform"
"""The root of the tree of tenants. It has its own limit, because its services pass on requests of all tenants."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateSettings:
    """The numbers of requests that are allowed in a window of `window_s` seconds.

    `tenant_max` is for each tenant, and `platform_max` is for the platform itself.
    """

    window_s: int = 10
    tenant_max: int = 10_000
    platform_max: int = 1_000_000


class WindowCounts(Storage):
    """Counts the requests of time windows in memory. `seconds` is the clock. See `limits.storage.Storage`."""

    STORAGE_SCHEME = None

    def __init__(self, seconds: Callable[[], float], windows_max: int = TENANTS_MAX) -> None:
        super().__init__()
        self._seconds = seconds
        self._windows_max = windows_max
        self._windows: dict[str, tuple[int, float]] = {}

    @property
    def base_exceptions(self) -> type[Exception]:
        """Returns an exception type that is never raised, because memory raises no errors of its own."""
        return LookupError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Adds `amount` to the count of the key and returns the count.

        Begins a new window if the last one has ended.
        """
        now_s = self._seconds()
        count, ends_s = self._windows.get(key, NO_WINDOW)
        if ends_s <= now_s:
            if len(self._windows) >= self._windows_max:
                self._windows = {of: window for of, window in self._windows.items() if window[1] > now_s}
            count, ends_s = 0, now_s + expiry
        self._windows[key] = (count + amount, ends_s)
        return count + amount

    def get(self, key: str) -> int:
        """Returns the count of the current window, or 0 if there is none."""
        count, ends_s = self._windows.get(key, NO_WINDOW)
        return count if ends_s > self._seconds() else 0

    def get_expiry(self, key: str) -> float:
        """Returns the time at which the last window of the key ends, by the clock `seconds`."""
        return self._windows.get(key, NO_WINDOW)[1]

    def check(self) -> bool:
        """Returns True, because memory is always available."""
        return True

    def reset(self) -> int:
        """Removes all windows and returns their number."""
        count = len(self._windows)
        self._windows.clear()
        return count

    def clear(self, key: str) -> None:
        """Removes the window of the key."""
        self._windows.pop(key, None)


@dataclass(slots=True)
class _Slice:
    """Requests of one window that the limiter has admitted in advance.

    `left` is how many of these requests have not come yet. `beyond` is how many more the limiter may still admit in the
    window. `ends_s` is when the window ends.
    """

    ends_s: float
    left: int
    beyond: int


class TenantRates:
    """Counts the requests of tenants and refuses requests over the limit.

    `seconds` is a monotonic clock. The limiter admits up to `SLICE_MAX` requests at once, because asking it for each
    request costs six times as much.
    """

    def __init__(self, seconds: Callable[[], float], settings: RateSettings) -> None:
        self._seconds = seconds
        self._counts = WindowCounts(seconds)
        self._limiter = FixedWindowRateLimiter(self._counts)
        self._tenants = RateLimitItemPerSecond(settings.tenant_max, settings.window_s)
        self._platform = RateLimitItemPerSecond(settings.platform_max, settings.window_s)
        self._policies = {of: _policy(of, settings.window_s) for of in (self._tenants, self._platform)}
        self._slices: dict[str, _Slice] = {}

    def admit(self, tenant_id: str) -> HeaderPairs:
        """Counts one request and returns the header fields with the number of requests left.

        Raises a problem 429 if no request is left.
        """
        limit = self._platform if tenant_id == PLATFORM else self._tenants
        now_s = self._seconds()
        part = self._slices.get(tenant_id)
        if part is None or not part.left or part.ends_s <= now_s:
            part = self._next_slice(limit, tenant_id, now_s)
        wait_s = max(1, ceil(part.ends_s - now_s - CLOCK_GRAIN_S))
        if not part.left:
            raise self._refused(limit, tenant_id, wait_s)
        part.left -= 1
        return (self._policies[limit], (b"ratelimit", b'"tenant";r=%d;t=%d' % (part.left + part.beyond, wait_s)))

    def _next_slice(self, limit: RateLimitItemPerSecond, tenant_id: str, now_s: float) -> _Slice:
        if len(self._slices) >= TENANTS_MAX:
            self._slices = {of: part for of, part in self._slices.items() if part.ends_s > now_s}
        key = limit.key_for(tenant_id)
        wanted = max(1, min(SLICE_MAX, limit.amount - self._counts.get(key)))
        is_admitted = self._limiter.hit(limit, tenant_id, cost=wanted)
        part = self._slices[tenant_id] = _Slice(
            ends_s=self._counts.get_expiry(key),
            left=wanted if is_admitted else 0,
            beyond=max(0, limit.amount - self._counts.get(key)),
        )
        return part

    def _refused(self, limit: RateLimitItemPerSecond, tenant_id: str, wait_s: int) -> Problem:
        return problem(
            RATE_LIMIT_EXCEEDED,
            RateExceeded(tenant_id=tenant_id, requests_max=limit.amount, span_s=limit.get_expiry(), wait_s=wait_s),
            headers=(
                (b"retry-after", b"%d" % wait_s),
                self._policies[limit],
                (b"ratelimit", b'"tenant";r=0;t=%d' % wait_s),
            ),
        )


def _policy(limit: RateLimitItemPerSecond, window_s: int) -> tuple[bytes, bytes]:
    return (b"ratelimit-policy", b'"tenant";q=%d;w=%d' % (limit.amount, window_s))
