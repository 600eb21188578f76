"""Background work of gateway-integration: hinted submissions and the sweep of refunds that are due at a gateway.

Never decides whether a refund is allowed. A refund is in hand once at a time, hinted or due. Each due refund is a piece
of work of its own: one that is slow or fails holds up no other of its payment. One merchant's work never takes all
places, see `runtime.workers.Crew`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from refunds.domain import ids
from refunds.domain.payment import Payment, Work
from refunds.ports.clock import Clock
from refunds.ports.hints import Hint, HintKind, Hints
from refunds.ports.payments import PaymentStore
from refunds.runtime.workers import TAKERS_END_S, Crew, consume, repeat, take_until_stopped
from refunds.usecases.submit_to_gateway import SubmitToGateway


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayLoopSettings:
    """Bounds of the loops; seconds where the name ends in `_s`."""

    submissions_at_once_max: int = 128
    hints_aside_max: int = 4096
    claims_max: int = 100
    claim_lease_s: float = 20.0
    sweep_pause_s: float = 0.5
    drain_s: float = 5.0
    takers_end_s: float = TAKERS_END_S


@dataclass(frozen=True, slots=True)
class Due:
    """A refund of a claimed payment."""

    payment: Payment
    refund_id: str


def _merchant_of_due(due: Due) -> str:
    return due.payment.merchant_id


def _merchant_of_hint(hint: Hint) -> str:
    """Read from the refund's id: a hint names no merchant, and a few may share a route, and so a share."""
    route = ids.route_of(hint.refund_id)
    return route.merchant_route if route is not None else ""


@dataclass(slots=True, kw_only=True)
class GatewayLoops:
    """Run by `run` until `stop`."""

    submit: SubmitToGateway
    payments: PaymentStore
    hints: Hints
    clock: Clock
    settings: GatewayLoopSettings = GatewayLoopSettings()
    _in_hand: set[str] = field(default_factory=set)

    async def run(self, stop: asyncio.Event) -> None:
        """Both loops; ends when running work has ended or its time is over."""
        at_once_max = self.settings.submissions_at_once_max
        hinted: Crew[Hint] = Crew(
            name="gateway.hinted",
            work=self._hinted,
            concurrency_max=at_once_max,
            party_of=_merchant_of_hint,
            aside_max=self.settings.hints_aside_max,
        )
        due: Crew[Due] = Crew(
            name="gateway.due",
            work=self._due,
            concurrency_max=at_once_max,
            party_of=_merchant_of_due,
            aside_max=at_once_max,
        )

        async def take(hints_max: int) -> Sequence[Hint]:
            return await self.hints.take(HintKind.SUBMIT, hints_max)

        async def sweep() -> bool:
            await due.has_room()
            claimed = await self.payments.claim_due(
                Work.GATEWAY,
                self.clock.now(),
                self.settings.claim_lease_s,
                min(self.settings.claims_max, due.room),
            )
            now = self.clock.now()
            for payment in claimed:
                for refund in payment.due(Work.GATEWAY, now):
                    await due.hand_in(Due(payment, refund.id))
            return len(claimed) > 0

        await take_until_stopped(
            [
                consume(take, hinted, stop),
                repeat("gateway.sweep", sweep, stop, pause_s=self.settings.sweep_pause_s),
            ],
            [hinted, due],
            stop,
            drain_s=self.settings.drain_s,
            takers_end_s=self.settings.takers_end_s,
        )

    async def _hinted(self, hint: Hint) -> None:
        await self._once(hint.refund_id, lambda: self.submit.hinted(hint.payment_id, hint.refund_id))

    async def _due(self, due: Due) -> None:
        await self._once(due.refund_id, lambda: self.submit.due(due.payment, due.refund_id))

    async def _once(self, refund_id: str, work: Callable[[], Awaitable[object]]) -> None:
        """Leaves alone what is in hand; the sweep finds it later where that comes to nothing."""
        if refund_id in self._in_hand:
            return
        self._in_hand.add(refund_id)
        try:
            await work()
        finally:
            self._in_hand.discard(refund_id)
