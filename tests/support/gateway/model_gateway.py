"""A gateway in memory with books of its own, for the property test: it moves money once per key that it still knows.

Whatever it ever said is kept and may be said again, late and in any order. It may give no times, no ids in its answers,
or other ids in its answers than in its webhooks.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.support.copies import replace

from refunds.domain.attempt.gateway_result import GatewayResult, ResultKind

HELD = (ResultKind.SUCCEEDED, ResultKind.PENDING)
YEAR_9999 = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """What became of one attempt. `reference` is empty for a refund made in the gateway's own dashboard."""

    name: str
    reference: str
    amount: int
    state: ResultKind
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """Whether it reports times and by which clock, whether it keeps what it refused, what its answers call a refund.

    `clock` is so many seconds beside ours, None for one that always says the year 9999.
    """

    tells_time: bool = True
    clock: int | None = 0
    keeps_refusals: bool = True
    answers_with: str = "name"


@dataclass(slots=True, kw_only=True)
class ModelGateway:
    """Refunds one captured payment. `words` are all webhooks ever sent; `movements` all movements, by name."""

    captured_amount: int
    key_lifetime_s: int
    habits: Habits = Habits()
    movements: dict[str, Movement] = field(default_factory=dict)
    words: list[Movement] = field(default_factory=list)
    keys: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    @property
    def taken_amount(self) -> int:
        """What has left the payment or is about to."""
        return sum(movement.amount for movement in self.movements.values() if movement.state in HELD)

    def moved_for(self, reference: str) -> int:
        """What has moved, or is about to, under a reference: at most its amount, unless it was sent twice."""
        of = [movement for movement in self.movements.values() if movement.reference == reference]
        return sum(movement.amount for movement in of if movement.state in HELD)

    def knows(self, reference: str, until: datetime) -> bool:
        """True if an order under this reference that arrives before `until` would only repeat the first one's state."""
        name, since = self.keys.get(reference, ("", until))
        return name != "" and until <= since + timedelta(seconds=self.key_lifetime_s)

    def submit(self, reference: str, amount: int, wanted: ResultKind, now: datetime) -> GatewayResult:
        """Moves money as `wanted` where it can, once per key; a repeat reports the present state of the first."""
        name, since = self.keys.get(reference, ("", now))
        if not name or now >= since + timedelta(seconds=self.key_lifetime_s):
            state = wanted if self.taken_amount + amount <= self.captured_amount else ResultKind.REFUSED
            if state is ResultKind.REFUSED and not self.habits.keeps_refusals:
                return GatewayResult(kind=state, code="declined")
            name = f"gr_{len(self.movements)}"
            self.keys[reference] = (name, now)
            self._keep(Movement(name=name, reference=reference, amount=amount, state=state, at=now))
        said = self.result_of(self.movements[name])
        if said.kind is ResultKind.REFUSED:
            return said
        names = {"name": name, "nothing": "", "another": f"req_{name}"}
        return replace(said, gateway_refund_id=names[self.habits.answers_with])

    def query_status(self, reference: str, name: str = "") -> GatewayResult:
        """What became of an attempt, or of the movement of that name. A refusal is reported as a refund that failed."""
        found = self.movements.get(name or self.keys.get(reference, ("", None))[0])
        if found is None:
            return GatewayResult(kind=ResultKind.NOT_FOUND)
        said = self.result_of(found)
        return replace(said, kind=ResultKind.FAILED) if said.kind is ResultKind.REFUSED else said

    def refund_in_dashboard(self, amount: int, now: datetime) -> None:
        """Somebody refunds without us."""
        name = f"gr_{len(self.movements)}"
        if self.taken_amount + amount <= self.captured_amount:
            self._keep(Movement(name=name, reference="", amount=amount, state=ResultKind.SUCCEEDED, at=now))

    def end(self, name: str, state: ResultKind, now: datetime) -> None:
        """A pending movement ends, or one that had succeeded fails late."""
        before = self.movements[name]
        self._keep(replace(before, state=state, at=max(now, before.at + timedelta(milliseconds=1))))

    def result_of(self, movement: Movement) -> GatewayResult:
        """The gateway's result of a movement."""
        is_refused = movement.state is ResultKind.REFUSED
        return GatewayResult(
            kind=movement.state,
            gateway_refund_id="" if is_refused else movement.name,
            code="declined" if is_refused else "",
            amount=None if is_refused else movement.amount,
            occurred_at=self._moment(movement.at) if self.habits.tells_time else None,
        )

    def _moment(self, at: datetime) -> datetime:
        return YEAR_9999 if self.habits.clock is None else at + timedelta(seconds=self.habits.clock)

    def _keep(self, movement: Movement) -> None:
        self.movements[movement.name] = movement
        self.words.append(movement)
