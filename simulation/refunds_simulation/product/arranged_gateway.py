"""A simulated gateway that can treat the refunds of some payments in an arranged way.

`making` creates it, and `world.situations` arranges. All other payments are treated as in `LivingGateway`.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random

from refunds.adapters.gateways.answers import HttpAnswer
from refunds.adapters.memory.gateway.gateway_habits import Habits
from refunds.adapters.memory.gateway.gateway_wire import GatewayRefund, GatewayWebhook, status_answer
from refunds.domain.attempt.gateway_result import CLOCK_AHEAD_MAX
from refunds.ports.gateway.gateway import Submission
from refunds_simulation.machine.host import TrueClock
from refunds_simulation.machine.loop import SimLoop
from refunds_simulation.product.gateways import CLOCKS_OFF_S, LIFETIMES_S, LivingGateway


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """How the gateway treats our service's refunds of one payment.

    For `books_behind_s` seconds after a refund changed, status queries get its earlier status. If `is_mute`, no webhook
    is sent. A refund that queries do not find yet is found once a repeated submission was refused.
    """

    habits: Habits
    books_behind_s: float = 0.0
    is_mute: bool = False


@dataclass(kw_only=True)
class ArrangedGateway(LivingGateway):
    """See `LivingGateway`. `arranged` maps the gateway's payment ids to arrangements.

    `is_taken` gets the names of a gateway and an event, and returns whether the product has accepted that webhook. The
    gateway does not send an accepted webhook of an arranged payment again.
    """

    is_taken: Callable[[str, str], bool]
    arranged: dict[str, Arrangement] = field(default_factory=dict)
    _before: dict[str, GatewayRefund] = field(default_factory=dict)
    _is_again: bool = False

    @property
    def reports_time(self) -> bool:
        """True if the product can order this gateway's results by their times."""
        return self.clock_off <= CLOCK_AHEAD_MAX

    def submit(self, order: Submission) -> HttpAnswer:
        """See `LivingGateway`."""
        arrangement = self.arranged.get(order.gateway_payment_id)
        if arrangement is None:
            return super().submit(order)
        known = self._by_reference.get(order.attempt_id)
        usual, self.habits = self.habits, arrangement.habits
        try:
            answer = super().submit(order)
        finally:
            self.habits = usual
        if known is not None and answer.status >= 400:
            known.seen_from = min(known.seen_from, self.now())
        return answer

    def query_status(self, reference: str, gateway_refund_id: str = "") -> HttpAnswer:
        """See `SimulatedGateway`."""
        answer, found = super().query_status(reference, gateway_refund_id), self._by_reference.get(reference)
        before = self._before.get(found.id) if found is not None else None
        if found is None or before is None or answer != status_answer(found):
            return answer
        behind = timedelta(seconds=self.arranged[found.gateway_payment_id].books_behind_s)
        return status_answer(before) if self.now() < found.changed_at + behind else answer

    def change(self, refund: GatewayRefund, status: str, raw_code: str = "") -> None:
        """See `SimulatedGateway`."""
        before = replace(refund)
        super().change(refund, status, raw_code)
        if refund.gateway_payment_id in self.arranged and refund.reference and refund.status != before.status:
            self._before[refund.id] = before

    def publish_again(self, given_up: Collection[str]) -> None:
        """See `LivingGateway`."""
        self._is_again = True
        super().publish_again(given_up)
        self._is_again = False

    def _send(self, sent: GatewayWebhook) -> None:
        refund = self._of(sent)
        arrangement = self.arranged.get(refund.gateway_payment_id) if refund.reference else None
        if arrangement is not None and (arrangement.is_mute or (self._is_again and self._is_last_taken(refund))):
            return
        super()._send(sent)

    def _is_last_taken(self, refund: GatewayRefund) -> bool:
        """Returns True if the product has accepted the previous webhook, which reported the same status."""
        return self.is_taken(self.name, f"evt_{refund.id}_{refund.events - 2}")


def arranged_gateway(
    name: str,
    loop: SimLoop,
    seeded_random: Random,
    publish: Callable[[str, GatewayWebhook, str], None],
    is_known: Callable[[str, GatewayRefund], bool],
    is_taken: Callable[[str, str], bool],
    habits: Habits,
) -> ArrangedGateway:
    """Returns a gateway of that name with these habits, and without arrangements."""
    return ArrangedGateway(
        now=TrueClock(loop).now,
        seeded_random=seeded_random,
        name=name,
        habits=habits,
        key_lifetime_s=LIFETIMES_S[name],
        clock_off=timedelta(seconds=seeded_random.choice(CLOCKS_OFF_S)),
        loop=loop,
        publish=publish,
        is_known=is_known,
        is_taken=is_taken,
    )
