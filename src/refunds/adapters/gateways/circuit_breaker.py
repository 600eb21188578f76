"""A circuit breaker per gateway: how many calls each merchant may have in flight, and whose circuit is open.

Workers ask it before they start work and report the outcome of every call; it never delays or refuses a call itself.
Own code: the maintained libraries wrap calls with their own exceptions and threads and do not know merchants; here a
failure is an ordinary result and the clock is a parameter. Why failures count per merchant: docs/decisions/0017, 0029.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

OPERATIONS = ("submit", "ask")
"""Names of the two operations, submission and status query; metrics use them, too."""


class CallOutcome(Enum):
    """How a call ended."""

    GOOD = auto()
    """The gateway gave a result for the refund itself; a refusal is also a result."""
    WITHOUT_RESULT = auto()
    """The answer was 503 or 429, slow, lost or malformed.

    One merchant's data may be the cause: counts for that merchant.
    """
    AWAY = auto()
    """No connection was made. No merchant's data can be the cause: counts for the gateway as a whole."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many calls of one merchant may be in flight. `is_suspect` is True if they will probably fail or time out."""

    calls_max: int
    is_suspect: bool = False


NONE = Allowance(0, is_suspect=True)


@dataclass(slots=True)
class _MerchantCalls:
    """One merchant's calls of one operation: failures in a row, recent successes, end of the open circuit."""

    failures: int = 0
    open_until: float = 0.0
    period: int = 0
    successes: int = 0
    successes_before: int = 0

    def succeeded(self, period: int) -> None:
        """Counts a success; the counts of this period and the previous one are kept."""
        self.failures = 0
        self.successes, self.successes_before = self.lately(period)
        self.successes += 1
        self.period = period

    def lately(self, period: int) -> tuple[int, int]:
        """Returns the number of successes in `period` and in the period before."""
        if period == self.period:
            return self.successes, self.successes_before
        return 0, self.successes if period == self.period + 1 else 0


@dataclass(slots=True)
class _Doubt:
    """Counts the submissions that have failed since the last success of any merchant."""

    failures: int = 0
    merchants: set[str] = field(default_factory=set)


@dataclass(slots=True, kw_only=True)
class CircuitBreaker:
    """`seconds` is a monotonic clock; names that end in `_s` are times in seconds.

    A merchant's circuit opens for `rest_s` at the `failures_max`th failure in a row and at each failure after it. A
    merchant without failures may have `calls_min` calls in flight, and one more for each success in the last one to two
    `period_s`. A merchant with failures, or whose circuit was open, may have `probes_max`. The gateway's circuit opens
    after `away_max` calls in a row without a connection; then `probes_per_rest` calls are allowed per `rest_s`. After
    as many failed submissions of at least `merchants_min` merchants, without a success of any merchant between them,
    the circuit opens for all merchants without a success of their own; then `probes_in_doubt_per_rest` calls are
    allowed. Per operation, the `merchants_max` merchants with the latest calls are remembered.
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
    """A counter that grows whenever a merchant may be called again, so that the caller starts waiting work at once."""
    _away: int = 0
    _doubt: _Doubt = field(default_factory=_Doubt)
    _probes_from: float = 0.0
    _probes_left: int = 0
    _calls: dict[str, OrderedDict[str, _MerchantCalls]] = field(
        default_factory=lambda: {operation: OrderedDict() for operation in OPERATIONS}
    )

    def allowance(self, operation: str, merchant_id: str) -> Allowance:
        """Returns how many calls of the merchant may be in flight now: 0 while a circuit is open and no probe is due.

        The caller reports each call that it begins by `begin`.
        """
        line = self._calls[operation].get(merchant_id)
        if self._needs_probe(operation, line) and not self.probes_left:
            return NONE
        if line is None or line.failures == 0:
            return Allowance(self.calls_min + (sum(line.lately(self._period())) if line else 0), self.is_open)
        is_resting = line.failures >= self.failures_max and self.seconds() < line.open_until
        return NONE if is_resting else Allowance(self.probes_max, is_suspect=True)

    def begin(self, operation: str, merchant_id: str) -> None:
        """Counts a call that begins; while the gateway's circuit is open, the call is one of the probes."""
        if self._needs_probe(operation, self._calls[operation].get(merchant_id)) and self.probes_left > 0:
            self._probes_left -= 1

    def record(self, operation: str, merchant_id: str, outcome: CallOutcome) -> None:
        """Counts the outcome of a call."""
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
        """True while the circuit is open for all merchants because no connection can be made."""
        return self._away >= self.away_max

    @property
    def is_doubted(self) -> bool:
        """True while the gateway rejects all submissions: only merchants with a success of their own may submit."""
        return self._doubt.failures >= self.away_max and len(self._doubt.merchants) >= self.merchants_min

    def open_circuits(self) -> Iterator[tuple[str, str]]:
        """Yields operation and merchant id of each open circuit; while `is_doubted`, of all whose last call failed."""
        least = 1 if self.is_doubted else self.failures_max
        for operation, lines in self._calls.items():
            yield from ((operation, merchant_id) for merchant_id, line in lines.items() if line.failures >= least)

    def trusted(self) -> frozenset[str]:
        """Returns the merchants whose last submission succeeded."""
        return frozenset(merchant_id for merchant_id, line in self._calls["submit"].items() if line.failures == 0)

    def open_circuits_count(self, operation: str) -> int:
        """Returns the number of merchants whose circuit is open."""
        return sum(line.failures >= self.failures_max for line in self._calls[operation].values())

    def _needs_probe(self, operation: str, line: _MerchantCalls | None) -> bool:
        """True if a call of this merchant has to be one of the gateway's probes."""
        is_trusted = line is not None and line.failures == 0
        return self.is_open or (operation == "submit" and self.is_doubted and not is_trusted)

    @property
    def probes_left(self) -> int:
        """Returns how many probes of the gateway are still allowed within this `rest_s`."""
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
