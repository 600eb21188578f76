"""The gateways of a world: they answer as most do, worse for a while where a fault says so, and change later."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from random import Random

from refunds.adapters.gateways.answers import HttpAnswer
from refunds.adapters.memory.gateway_books import MemoryBooks
from refunds.adapters.memory.gateway_habits import Habits
from refunds.adapters.memory.gateway_server import SimulatedGateway
from refunds.adapters.memory.gateway_wire import GatewayWebhook, webhook
from refunds.ports.gateway.gateway import Submission
from refunds_simulation.host import START, TrueClock
from refunds_simulation.loop import SimLoop

LIFETIMES_S = {"sandbox": 86_400, "brief": 300}
"""Gateways by how long they recognize a key: as most do, and as the shortest does."""

PLAIN = Habits(refuse=0.04, pending=0.12, pending_fail=0.15, late_failure=0.01, webhook_first=0.7, alias=0.02)
"""What a gateway does on a good day."""

BAD_HABIT_MAX = 0.6
PAGE_ACCOUNTS = 1_000


@dataclass(kw_only=True)
class LivingGateway(SimulatedGateway):
    """Its refunds change when their time has come. `tell` gets each webhook and, for the story, whom it concerns."""

    loop: SimLoop
    tell: Callable[[str, GatewayWebhook, str], None]
    _wakes_at_s: float = float("inf")

    def __post_init__(self) -> None:
        super().__post_init__()
        self.books = MemoryBooks(self.name, page_accounts=PAGE_ACCOUNTS)
        self.on_webhook = self._send

    def submit(self, order: Submission) -> HttpAnswer:
        """See `SimulatedGateway`."""
        try:
            return super().submit(order)
        finally:
            self._wake_in_time()

    def tell_again(self) -> None:
        """An operator has it deliver again what only it can tell: what people made, what changed, other names."""
        for refund in self.refunds.values():
            if refund.status != refund.first_status or refund.alias or not refund.reference:
                self.on_webhook(webhook(refund, refund.status))

    def _wake_in_time(self) -> None:
        due = self.due_at()
        if due is None:
            return
        due_s = (due - START).total_seconds() + 0.001
        if due_s < self._wakes_at_s:
            self._wakes_at_s = due_s
            self.loop.world_at(due_s, self._wake)

    def _wake(self) -> None:
        self._wakes_at_s = float("inf")
        self.advance()
        self._wake_in_time()

    def _send(self, sent: GatewayWebhook) -> None:
        refund = self.refunds[sent.event_id.removeprefix("evt_").rpartition("_")[0]]
        self.tell(self.name, sent, f"{refund.gateway_payment_id} {refund.reference} {refund.status}")


def living(
    name: str, loop: SimLoop, seeded_random: Random, tell: Callable[[str, GatewayWebhook, str], None]
) -> LivingGateway:
    """A gateway of that name on a good day."""
    return LivingGateway(
        now=TrueClock(loop).now,
        seeded_random=seeded_random,
        name=name,
        habits=PLAIN,
        key_lifetime_s=LIFETIMES_S[name],
        loop=loop,
        tell=tell,
    )


def bad_habits(seeded_random: Random) -> Habits:
    """A few habits of a bad day, each with a share of its own.

    Who does not tell our reference calls a refund the same everywhere, or nobody could tell whose it is.
    """
    shares = {field.name: PLAIN_SHARES[field.name] for field in fields(Habits) if field.name in PLAIN_SHARES}
    for name in shares:
        if seeded_random.random() < 0.3:
            shares[name] = seeded_random.random() * BAD_HABIT_MAX
    if shares["nameless"]:
        shares["alias"] = 0.0
    return Habits(
        **shares, tells_refusals=seeded_random.random() < 0.5, delay_s=10.0 ** (1.0 + 2.5 * seeded_random.random())
    )


PLAIN_SHARES: dict[str, float] = {
    field.name: getattr(PLAIN, field.name)
    for field in fields(Habits)
    if field.name not in ("tells_refusals", "delay_s", "lag_s")
}


def refund_by_people(gateway: SimulatedGateway, seeded_random: Random) -> bool:
    """Somebody refunds a part of a payment at the gateway; whether there was anything left."""
    left = [(name, payment) for name, payment in gateway.payments.items() if payment.remaining > 0]
    if not left:
        return False
    name, payment = seeded_random.choice(left[-20:])
    amount = max(1, int(payment.remaining * seeded_random.random()))
    return gateway.refund_by_people(name, amount) is not None
