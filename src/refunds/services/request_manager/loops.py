"""Runs the loops that review refunds which were not reviewed when they were requested.

This module never calls a gateway.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from refunds.domain.payment.payment import Work
from refunds.ports.clock import Clock
from refunds.ports.gateway.hints import Hint, HintKind, Hints
from refunds.ports.payments.payments import PaymentStore
from refunds.runtime.loops.workers import TAKERS_END_S, WorkerPool, consume, repeat, take_until_stopped
from refunds.usecases.refunds.review_refund import ReviewRefund


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewLoopSettings:
    """The limits of the loops. Fields whose names end in `_s` are in seconds."""

    reviews_at_once_max: int = 128
    claims_max: int = 100
    claim_lease_s: float = 20.0
    sweep_pause_s: float = 0.5
    drain_s: float = 5.0
    takers_end_s: float = TAKERS_END_S


@dataclass(slots=True, kw_only=True)
class ReviewLoops:
    """Runs the loops that review refunds."""

    review: ReviewRefund
    payments: PaymentStore
    hints: Hints
    clock: Clock
    settings: ReviewLoopSettings = ReviewLoopSettings()

    async def run(self, stop: asyncio.Event) -> None:
        """Runs the loops for hints and for due work until `stop` is set.

        Returns when running work has ended or the time limit has passed.
        """
        hinted: WorkerPool[Hint] = WorkerPool(
            name="review.hinted", work=self._reviewed, concurrency_max=self.settings.reviews_at_once_max
        )

        async def take(hints_max: int) -> Sequence[Hint]:
            return await self.hints.take(HintKind.REVIEW, hints_max)

        due: WorkerPool[Hint] = WorkerPool(
            name="review.due", work=self._reviewed, concurrency_max=self.settings.reviews_at_once_max
        )

        async def sweep() -> bool:
            now = self.clock.now()
            claimed = await self.payments.claim_due(
                Work.REVIEW, now, self.settings.claim_lease_s, self.settings.claims_max
            )
            for payment in claimed:
                for refund in payment.due(Work.REVIEW, now):
                    await due.submit(Hint(kind=HintKind.REVIEW, payment_id=payment.id, refund_id=refund.id))
            return len(claimed) > 0

        await take_until_stopped(
            [
                consume(take, hinted, stop),
                repeat("review.sweep", sweep, stop, pause_s=self.settings.sweep_pause_s),
            ],
            [hinted, due],
            stop,
            drain_s=self.settings.drain_s,
            takers_end_s=self.settings.takers_end_s,
        )

    async def _reviewed(self, hint: Hint) -> None:
        await self.review(hint.payment_id, hint.refund_id)
