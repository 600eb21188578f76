"""A gateway in memory with books of its own, for the property test: it moves money once per attempt id, whatever comes.

Whatever it ever said is kept and may be said again, late and in any order.
"""

from dataclasses import dataclass, field, replace

from refunds.domain.settling import GatewayResult, ResultKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """What became of one attempt. `reference` is empty for a refund made in the gateway's own dashboard."""

    name: str
    reference: str
    amount: int
    state: ResultKind


@dataclass(slots=True, kw_only=True)
class ModelGateway:
    """Refunds one captured payment. `words` are all webhooks ever sent, by movement."""

    captured_amount: int
    movements: dict[str, Movement] = field(default_factory=dict)
    words: list[Movement] = field(default_factory=list)
    on_the_way: list[tuple[str, int]] = field(default_factory=list)

    @property
    def taken_amount(self) -> int:
        """What has left the payment or is about to."""
        held = (ResultKind.SUCCEEDED, ResultKind.PENDING)
        return sum(movement.amount for movement in self.movements.values() if movement.state in held)

    def submit(self, reference: str, amount: int, wanted: ResultKind) -> GatewayResult:
        """Moves money as `wanted` where it can, once per reference; a repeat is answered as the first."""
        known = self.movements.get(reference)
        if known is None:
            state = wanted if self.taken_amount + amount <= self.captured_amount else ResultKind.REFUSED
            known = self._keep(
                Movement(name=f"gr_{len(self.movements)}", reference=reference, amount=amount, state=state)
            )
        return result_of(known)

    def ask(self, reference: str) -> GatewayResult:
        """What became of an attempt."""
        known = self.movements.get(reference)
        return GatewayResult(kind=ResultKind.NOT_FOUND) if known is None else result_of(known)

    def refund_in_dashboard(self, amount: int) -> None:
        """Somebody refunds without us."""
        name = f"gr_{len(self.movements)}"
        if self.taken_amount + amount <= self.captured_amount:
            self.movements[name] = self._keep(
                Movement(name=name, reference="", amount=amount, state=ResultKind.SUCCEEDED)
            )

    def end(self, key: str, state: ResultKind) -> None:
        """A pending movement ends, or one that had succeeded fails late."""
        self._keep(replace(self.movements[key], state=state), key)

    def _keep(self, movement: Movement, key: str = "") -> Movement:
        self.movements[key or movement.reference or movement.name] = movement
        self.words.append(movement)
        return movement


def result_of(movement: Movement) -> GatewayResult:
    """The gateway's word on a movement."""
    is_refused = movement.state is ResultKind.REFUSED
    return GatewayResult(
        kind=movement.state,
        gateway_refund_id="" if is_refused else movement.name,
        code="declined" if is_refused else "",
        amount=None if is_refused else movement.amount,
    )
