"""The circuit breaker of one gateway. It decides how many calls each merchant may have under way.

Workers ask the breaker before they start work, and they report the outcome of every call. The breaker itself never
delays or refuses a call.

No library is used. The maintained libraries wrap each call, use their own exceptions and threads, and do not
distinguish merchants. Here a failure is an ordinary result, and the clock is a parameter. The files docs/decisions/0017
and 0029 explain why failures are counted per merchant.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

OPERATIONS = ("submit", "ask")
"""Names of the two operations, submission and status query. Metrics use these names as well."""


class CallOutcome(Enum):
    """How a call to the gateway ended."""

    GOOD = auto()
    """The gateway gave a result for the refund itself. A refusal is also a result."""
    WITHOUT_RESULT = auto()
    """The answer was slow, lost or malformed, or its status was 503 or 429. This counts only against the merchant."""
    AWAY = auto()
    """No connection was made. This counts against the whole gateway, because no merchant's data can be the cause."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """The number of calls that one merchant may have under way.

    `is_suspect` is True if these calls will probably fail or time out.
    """

    calls_max: int
    is_suspect: bool = False


NONE = Allowance(0, is_suspect=True)


@dataclass(slots=True)
class _MerchantCalls:
    """Counts one merchant's calls of one operation."""

    failures: int = 0
    open_until: float = 0.0
    period: int = 0
    successes: int = 0
    successes_before: int = 0

    def succeeded(self, period: int) -> None:
        """Counts a success. Keeps the number of successes of this period and of the period before."""
        self.failures = 0
        self.successes, self.successes_before = self.lately(period)
        self.successes += 1
        self.period = period

    def lately(self, period: int) -> tuple[int, int]:
        """Returns how many calls succeeded in `period`, and how many succeeded in the period before."""
        if period == self.period:
            return self.successes, self.successes_before
        return 0, self.successes if period == self.period + 1 else 0


@dataclass(slots=True)
class _Doubt:
    """Counts the failed submissions of all merchants since the last submission that succeeded."""

    failures: int = 0
    merchants: set[str] = field(default_factory=set)


@dataclass(slots=True, kw_only=True)
class CircuitBreaker:
    """Decides how many calls each merchant may have under way. `seconds` is a monotonic clock.

    Names that end in `_s` are durations in seconds. For each operation, the breaker remembers the `merchants_max`
    merchants with the latest calls.

    A merchant without failures since the last success may have `calls_min` calls under way, plus one for each recent
    success. Time is divided into periods of `period_s`. A success is recent in the period in which it happens and in
    the next one. A merchant with failures may have `probes_max` calls under way. After `failures_max` failures in a
    row, the merchant's circuit opens for `rest_s`. Each further failure opens the circuit again.

    The circuit opens for all merchants if `away_max` calls in a row get no connection. Then only `probes_per_rest`
    calls are allowed per `rest_s`.

    The gateway is in doubt after `away_max` failed submissions of at least `merchants_min` merchants, if no submission
    succeeded in between. Then a merchant may submit freely only if the merchant's own last submission succeeded. All
    other merchants together may make `probes_in_doubt_per_rest` calls per `rest_s`.
    """

    seconds: Callable[[], float]
    failures_max: int = 5
    rest_s: float = 2.0
    calls_min: int = 2
    probes_max: int = 4
    period_s: float = 10.0
    away_max: int = 50
    merchants_min: int = 20
    merchants_max: int = 4096
    probes_per_rest: int = 2
    probes_in_doubt_per_rest: int = 16
    reliefs: int = 0
    """How often a merchant's calls became possible again. When this number grows, the caller starts waiting work."""
    _away: int = 0
    _doubt: _Doubt = field(default_factory=_Doubt)
    _probes_from: float = 0.0
    _probes_left: int = 0
    _calls: dict[str, OrderedDict[str, _MerchantCalls]] = field(
        default_factory=lambda: {operation: OrderedDict() for operation in OPERATIONS}
    )

    def allowance(self, operation: str, merchant_id: str) -> Allowance:
        """Returns how many calls the merchant may have under way now.

        The number is 0 while a circuit is open and no probe is allowed. The caller calls `begin` for each call that it
        starts.
        """
        line = self._calls[operation].get(merchant_id)
        if self._needs_probe(operation, line) and not self.probes_left:
            return NONE
        if line is None or line.failures == 0:
            return Allowance(self.calls_min + (sum(line.lately(self._period())) if line else 0), self.is_open)
        is_resting = line.failures >= self.failures_max and self.seconds() < line.open_until
        return NONE if is_resting else Allowance(self.probes_max, is_suspect=True)

    def begin(self, operation: str, merchant_id: str) -> None:
        """Counts a call that begins. The call uses up a probe if the merchant may send only probes now."""
        if self._needs_probe(operation, self._calls[operation].get(merchant_id)) and self.probes_left > 0:
            self._probes_left -= 1

    def record(self, operation: str, merchant_id: str, outcome: CallOutcome) -> None:
        """Counts the outcome of a call. The outcome may open or close circuits."""
        if outcome is CallOutcome.GOOD:
            self._succeeded(operation, merchant_id)
            return
        was_resting = self.is_open or self.is_doubted
        if outcome is CallOutcome.AWAY:
            self._away += 1
        else:
            self._was_reached()
            self._failed(operation, merchant_id)
        if not was_resting and (self.is_open or self.is_doubted):
            self._probes_from, self._probes_left = self.seconds() + self.rest_s, 0

    def _succeeded(self, operation: str, merchant_id: str) -> None:
        line = self._calls_of(operation, merchant_id)
        is_relief = line.failures > 0
        line.succeeded(self._period())
        self._was_reached()
        if operation == "submit" and self._doubt.failures:
            is_relief = is_relief or self.is_doubted
            self._doubt = _Doubt()
        self.reliefs += is_relief

    def _was_reached(self) -> None:
        self.reliefs += self.is_open
        self._away = 0

    def _failed(self, operation: str, merchant_id: str) -> None:
        line = self._calls_of(operation, merchant_id)
        line.failures += 1
        line.open_until = self.seconds() + self.rest_s
        if operation == "submit":
            self._doubt.failures += 1
            if len(self._doubt.merchants) < self.merchants_min:
                self._doubt.merchants.add(merchant_id)

    @property
    def is_open(self) -> bool:
        """True while the circuit is open for all merchants because the gateway cannot be reached."""
        return self._away >= self.away_max

    @property
    def is_doubted(self) -> bool:
        """True while the submissions of many merchants fail and none succeeds.

        Then a merchant may submit freely only if the merchant's own last submission succeeded.
        """
        return self._doubt.failures >= self.away_max and len(self._doubt.merchants) >= self.merchants_min

    def open_circuits(self) -> Iterator[tuple[str, str]]:
        """Yields the operation and the merchant id of each open circuit.

        While `is_doubted` is True, a circuit already counts as open after one failure.
        """
        least = 1 if self.is_doubted else self.failures_max
        for operation, lines in self._calls.items():
            yield from ((operation, merchant_id) for merchant_id, line in lines.items() if line.failures >= least)

    def trusted(self) -> frozenset[str]:
        """Returns the merchants whose last submission succeeded."""
        return frozenset(merchant_id for merchant_id, line in self._calls["submit"].items() if line.failures == 0)

    def open_circuits_count(self, operation: str) -> int:
        """Returns the number of merchants whose circuit is open for this operation."""
        return sum(line.failures >= self.failures_max for line in self._calls[operation].values())

    def _needs_probe(self, operation: str, line: _MerchantCalls | None) -> bool:
        """True if this merchant may send only probes to the gateway now."""
        is_trusted = line is not None and line.failures == 0
        return self.is_open or (operation == "submit" and self.is_doubted and not is_trusted)

    @property
    def probes_left(self) -> int:
        """Returns how many probes may still be sent to the gateway in the current `rest_s` seconds."""
        now = self.seconds()
        if now >= self._probes_from:
            self._probes_from = now + self.rest_s
            self._probes_left = self.probes_per_rest if self.is_open else self.probes_in_doubt_per_rest
        return self._probes_left

    def _calls_of(self, operation: str, merchant_id: str) -> _MerchantCalls:
        lines = self._calls[operation]
        line = lines.setdefault(merchant_id, _MerchantCalls())
        lines.move_to_end(merchant_id)
        if len(lines) > self.merchants_max:
            lines.popitem(last=False)
        return line

    def _period(self) -> int:
        return int(self.seconds() / self.period_s)
