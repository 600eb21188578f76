"""A circuit breaker per gateway: tells a gateway that is away from one that turns a single merchant away.

Own code: the maintained libraries wrap calls with their own exceptions and threads and know no parties, while here a
failure is an ordinary result and time is handed in. Why there are two counts: docs/decisions/0017.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto


class Heard(Enum):
    """How a call ended."""

    GOOD = auto()
    """The gateway said something of the refund itself, also a refusal."""
    TURNED_AWAY = auto()
    """503, 429, a slow, lost or senseless answer: one merchant's data can bring it about, so it counts for her."""
    AWAY = auto()
    """No connection was made: nobody's data can bring it about, so it counts for the gateway as a whole."""


@dataclass(slots=True)
class _Line:
    """One merchant's failures in a row, and until when she rests."""

    failures: int = 0
    open_until: float = 0.0


@dataclass(slots=True)
class _Operation:
    """What was heard since the last success of anyone, and of each merchant since her own."""

    away: int = 0
    turned_away: int = 0
    merchants_turned_away: set[str] = field(default_factory=set)
    lines: OrderedDict[str, _Line] = field(default_factory=OrderedDict)
    open_until: float = 0.0
    probed: OrderedDict[str, float] = field(default_factory=OrderedDict)

    def forget(self) -> None:
        """Somebody succeeded: the gateway is there."""
        self.away = self.turned_away = 0
        self.merchants_turned_away.clear()
        self.probed.clear()


@dataclass(slots=True, kw_only=True)
class CircuitBreaker:
    """`seconds` is a monotonic clock. A merchant rests `rest_s` after `failures_max` of her own in a row.

    The gateway rests as a whole after as many calls without a connection, or as many failures of any kind over at
    least `merchants_min` merchants, with no success of anyone between. At most `merchants_max` are kept in mind.
    """

    seconds: Callable[[], float]
    failures_max: int = 50
    rest_s: float = 2.0
    merchants_min: int = 20
    merchants_max: int = 4096
    probes_per_rest: int = 4
    _operations: dict[str, _Operation] = field(default_factory=dict)

    def may_call(self, operation: str, merchant_id: str) -> bool:
        """Whether a call may go out now; after a rest one, and one more a rest until one succeeds.

        A probe that is never heard of (canceled, say) is so followed by another.
        """
        heard = self._of(operation)
        line = heard.lines.get(merchant_id)
        is_resting = line is not None and line.failures >= self.failures_max
        if not is_resting and not self._is_open(heard):
            return True
        now = self.seconds()
        if line is not None and is_resting and now < line.open_until:
            return False
        if self._is_open(heard) and not self._may_probe(heard, merchant_id, now):
            return False
        if line is not None and is_resting:
            line.open_until = now + self.rest_s
        return True

    def _may_probe(self, heard: _Operation, merchant_id: str, now: float) -> bool:
        """One at a time of all; of each merchant one a rest for every merchant that probes, so that all have a turn."""
        if now < heard.open_until:
            return False
        last = heard.probed.get(merchant_id)
        if last is not None and now < last + self.rest_s * len(heard.probed):
            return False
        heard.probed[merchant_id] = now
        heard.probed.move_to_end(merchant_id)
        if len(heard.probed) > self.merchants_max:
            heard.probed.popitem(last=False)
        heard.open_until = now + self.rest_s / self.probes_per_rest
        return True

    def record(self, operation: str, merchant_id: str, word: Heard) -> None:
        """Tells how a call ended."""
        heard = self._of(operation)
        if word is Heard.GOOD:
            heard.lines.pop(merchant_id, None)
            heard.forget()
            return
        was_open = self._is_open(heard)
        if word is Heard.AWAY:
            heard.away += 1
        else:
            heard.turned_away += 1
            if len(heard.merchants_turned_away) < self.merchants_min:
                heard.merchants_turned_away.add(merchant_id)
            self._count(heard, merchant_id)
        if self._is_open(heard) and not was_open:
            heard.open_until = self.seconds() + self.rest_s

    def _count(self, heard: _Operation, merchant_id: str) -> None:
        line = heard.lines.setdefault(merchant_id, _Line())
        heard.lines.move_to_end(merchant_id)
        if len(heard.lines) > self.merchants_max:
            heard.lines.popitem(last=False)
        line.failures += 1
        if line.failures >= self.failures_max:
            line.open_until = self.seconds() + self.rest_s

    def is_open(self, operation: str) -> bool:
        """Whether the gateway rests as a whole."""
        return self._is_open(self._of(operation))

    def merchants_resting(self, operation: str) -> int:
        """How many merchants rest, each for herself."""
        return sum(line.failures >= self.failures_max for line in self._of(operation).lines.values())

    def _of(self, operation: str) -> _Operation:
        return self._operations.setdefault(operation, _Operation())

    def _is_open(self, heard: _Operation) -> bool:
        failures = heard.away + heard.turned_away
        is_everybody = len(heard.merchants_turned_away) >= self.merchants_min
        return heard.away >= self.failures_max or (is_everybody and failures >= self.failures_max)
