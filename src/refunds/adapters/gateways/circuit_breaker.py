"""A circuit breaker per gateway: how many calls each merchant may have in flight there, and who rests.

Asked before work is taken up, told how every call ended; it never delays or refuses a call itself. Own code: the
maintained libraries wrap calls with their own exceptions and threads and know no merchants, while here a failure is an
ordinary result and time is handed in. Why a merchant's failures are hers alone: docs/decisions/0017 and 0029.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum, auto

OPERATIONS = ("submit", "ask")


class CallOutcome(Enum):
    """How a call ended."""

    GOOD = auto()
    """The gateway said something of the refund itself, also a refusal."""
    REJECTED = auto()
    """503, 429, a slow, lost or senseless answer: one merchant's data can bring it about, so it counts for her."""
    AWAY = auto()
    """No connection was made: nobody's data can bring it about, so it counts for the gateway as a whole."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many calls of one merchant may be in flight now; `is_suspect`: they are expected to fail or to hang."""

    calls_max: int
    is_suspect: bool = False


NONE = Allowance(0, is_suspect=True)


@dataclass(slots=True)
class _Line:
    """One merchant's calls of one operation: failures in a row, until when she rests, successes of late."""

    failures: int = 0
    open_until: float = 0.0
    period: int = 0
    successes: int = 0
    successes_before: int = 0

    def succeeded(self, period: int) -> None:
        """Counts a success; those of the present period and of the one before it are kept."""
        self.failures = 0
        self.successes, self.successes_before = self.lately(period)
        self.successes += 1
        self.period = period

    def lately(self, period: int) -> tuple[int, int]:
        """Successes in `period` and in the one before."""
        if period == self.period:
            return self.successes, self.successes_before
        return 0, self.successes if period == self.period + 1 else 0


@dataclass(slots=True)
class _Doubt:
    """Failures of submissions since the last success of anyone."""

    failures: int = 0
    merchants: set[str] = field(default_factory=set)


@dataclass(slots=True, kw_only=True)
class CircuitBreaker:
    """`seconds` is a monotonic clock.

    A merchant rests `rest_s` after each failure from her `failures_max`th in a row on. A merchant without failures has
    `calls_min` calls in flight, and one more for each success in the last one to two `period_s`; one with failures, or
    after a rest, `probes_max`. The gateway rests as a whole after `away_max` calls in a row without a connection: then
    `probes_per_rest` calls go out each `rest_s`. It rests for merchants without a success of their own after as many
    failed submissions of at least `merchants_min` merchants, with no success of anyone between: then
    `probes_in_doubt_per_rest` go out. `merchants_max` are kept in mind for each operation, those of the latest calls.
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
    """Grows whenever somebody may be called again who could not: held-back work is to be taken up at once."""
    _away: int = 0
    _doubt: _Doubt = field(default_factory=_Doubt)
    _probes_from: float = 0.0
    _probes_left: int = 0
    _lines: dict[str, OrderedDict[str, _Line]] = field(
        default_factory=lambda: {operation: OrderedDict() for operation in OPERATIONS}
    )

    def allowance(self, operation: str, merchant_id: str) -> Allowance:
        """How many calls of hers may be in flight now; none while she rests, or the gateway, and it is no probe's turn.

        Whoever begins such a call says so by `begin`.
        """
        line = self._lines[operation].get(merchant_id)
        if self._needs_probe(operation, line) and not self.probes_left:
            return NONE
        if line is None or line.failures == 0:
            return Allowance(self.calls_min + (sum(line.lately(self._period())) if line else 0), self.is_open)
        is_resting = line.failures >= self.failures_max and self.seconds() < line.open_until
        return NONE if is_resting else Allowance(self.probes_max, is_suspect=True)

    def begin(self, operation: str, merchant_id: str) -> None:
        """A call goes out; while the gateway rests it is one of the probes."""
        if self._needs_probe(operation, self._lines[operation].get(merchant_id)) and self.probes_left > 0:
            self._probes_left -= 1

    def record(self, operation: str, merchant_id: str, word: CallOutcome) -> None:
        """Tells how a call ended."""
        if word is CallOutcome.GOOD:
            self._succeeded(operation, merchant_id)
            return
        was_resting = self.is_open or self.is_doubted
        if word is CallOutcome.AWAY:
            self._away += 1
        else:
            self._connected()
            self._failed(operation, merchant_id)
        if not was_resting and (self.is_open or self.is_doubted):
            self._probes_from, self._probes_left = self.seconds() + self.rest_s, 0

    def _succeeded(self, operation: str, merchant_id: str) -> None:
        line = self._line(operation, merchant_id)
        is_relief = line.failures > 0
        line.succeeded(self._period())
        self._connected()
        if operation == "submit" and self._doubt.failures:
            is_relief = is_relief or self.is_doubted
            self._doubt = _Doubt()
        self.reliefs += is_relief

    def _connected(self) -> None:
        self.reliefs += self.is_open
        self._away = 0

    def _failed(self, operation: str, merchant_id: str) -> None:
        line = self._line(operation, merchant_id)
        line.failures += 1
        line.open_until = self.seconds() + self.rest_s
        if operation == "submit":
            self._doubt.failures += 1
            if len(self._doubt.merchants) < self.merchants_min:
                self._doubt.merchants.add(merchant_id)

    @property
    def is_open(self) -> bool:
        """Whether the gateway rests for everybody: no connection can be made."""
        return self._away >= self.away_max

    @property
    def is_doubted(self) -> bool:
        """Whether it rests for those without a success of their own: it turns everybody away."""
        return self._doubt.failures >= self.away_max and len(self._doubt.merchants) >= self.merchants_min

    def resting(self) -> Iterator[tuple[str, str]]:
        """(operation, merchant id) of those who rest, each for herself; while in doubt all who failed last."""
        least = 1 if self.is_doubted else self.failures_max
        for operation, lines in self._lines.items():
            yield from ((operation, merchant_id) for merchant_id, line in lines.items() if line.failures >= least)

    def trusted(self) -> frozenset[str]:
        """Merchants whose last submission succeeded."""
        return frozenset(merchant_id for merchant_id, line in self._lines["submit"].items() if line.failures == 0)

    def merchants_resting(self, operation: str) -> int:
        """How many merchants rest, each for herself."""
        return sum(line.failures >= self.failures_max for line in self._lines[operation].values())

    def _needs_probe(self, operation: str, line: _Line | None) -> bool:
        """Whether a call of this merchant has to be one of the gateway's few probes."""
        is_trusted = line is not None and line.failures == 0
        return self.is_open or (operation == "submit" and self.is_doubted and not is_trusted)

    @property
    def probes_left(self) -> int:
        """How many probes of the gateway may still go out in this rest."""
        now = self.seconds()
        if now >= self._probes_from:
            self._probes_from = now + self.rest_s
            self._probes_left = self.probes_per_rest if self.is_open else self.probes_in_doubt_per_rest
        return self._probes_left

    def _line(self, operation: str, merchant_id: str) -> _Line:
        lines = self._lines[operation]
        line = lines.setdefault(merchant_id, _Line())
        lines.move_to_end(merchant_id)
        if len(lines) > self.merchants_max:
            lines.popitem(last=False)
        return line

    def _period(self) -> int:
        return int(self.seconds() / self.period_s)
