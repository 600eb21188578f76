"""The loops of gateway-integration and request-manager on memory stores, with a scripted gateway and a set clock."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.support.gateway.scripted_gateway import ScriptedGateway
from tests.support.payments.making import NOW, asking, payment

from refunds.adapters.memory.clock import AdvancingClock
from refunds.adapters.memory.gateway.hints import MemoryHints
from refunds.adapters.memory.ids import SeededIds
from refunds.adapters.memory.payments.payments import MemoryPayments
from refunds.adapters.memory.settings.parameters import MemoryParameters
from refunds.adapters.memory.settings.tenants import MemoryTenants
from refunds.domain.attempt.result_recording import begin_step
from refunds.domain.payment.payment import Decision, Payment, Refund, Work
from refunds.domain.tenancy import ALL_TENANTS
from refunds.ports.gateway.hints import Hint, HintKind
from refunds.ports.payments.payments import EVERYBODY, Whose
from refunds.services.gateway_integration.loops import GatewayLoops, GatewayLoopSettings
from refunds.services.request_manager.loops import ReviewLoops, ReviewLoopSettings
from refunds.usecases.gateway.record_gateway_result import RecordGatewayResult
from refunds.usecases.gateway.submit_to_gateway import SubmitToGateway
from refunds.usecases.refunds.review_refund import ReviewRefund
from refunds.usecases.settings.config_cache import TenantConfigCache

PATIENCE_S = 10.0
QUICK_S = 0.001


class WatchedPayments(MemoryPayments):
    """Counts sweeps, and fails changes as often as a test orders."""

    def __init__(self) -> None:
        super().__init__()
        self.sweeps = 0
        self.failing: list[Exception] = []
        self.holds_sweeps: asyncio.Event | None = None
        self.sweeps_held = 0

    async def claim_due(
        self, work: Work, now: datetime, lease_s: float, claims_max: int, whose: Whose = EVERYBODY
    ) -> Sequence[Payment]:
        """Counts, and waits while sweeps are held."""
        self.sweeps += 1
        if self.holds_sweeps is not None:
            self.sweeps_held += 1
            await self.holds_sweeps.wait()
        return await super().claim_due(work, now, lease_s, claims_max, whose)

    async def change(self, *args: Any) -> Decision:
        """Fails while there are failures left."""
        if self.failing:
            raise self.failing.pop(0)
        return await super().change(*args)


@dataclass
class BackOffice:
    """Both services' loops; `payments` is what they work on."""

    gateway: ScriptedGateway = field(default_factory=ScriptedGateway)
    payments: WatchedPayments = field(default_factory=WatchedPayments)
    hints: MemoryHints = field(default_factory=lambda: MemoryHints(idle_s=QUICK_S))
    clock: AdvancingClock = field(default_factory=lambda: AdvancingClock(NOW))
    gateways: dict[str, ScriptedGateway] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.gateways.setdefault("sandbox", self.gateway)
        self.config_cache = TenantConfigCache(parameters=MemoryParameters(), tenants=MemoryTenants())
        record = RecordGatewayResult(
            payments=self.payments, config_cache=self.config_cache, clock=self.clock, ids=SeededIds(self.clock)
        )
        self.submit = SubmitToGateway(
            payments=self.payments,
            config_cache=self.config_cache,
            clock=self.clock,
            gateways=self.gateways,
            record=record,
        )
        self.record = record

    def gateway_loops(self, **settings: Any) -> GatewayLoops:
        """Of gateway-integration, quick."""
        return GatewayLoops(
            submit=self.submit,
            payments=self.payments,
            hints=self.hints,
            clock=self.clock,
            settings=GatewayLoopSettings(**{"sweep_pause_s": QUICK_S, "drain_s": 1.0} | settings),
        )

    def review_loops(self) -> ReviewLoops:
        """Of the request-manager, quick."""
        return ReviewLoops(
            review=ReviewRefund(
                payments=self.payments, config_cache=self.config_cache, clock=self.clock, hints=self.hints
            ),
            payments=self.payments,
            hints=self.hints,
            clock=self.clock,
            settings=ReviewLoopSettings(sweep_pause_s=QUICK_S, drain_s=1.0),
        )

    async def refund(self, amount: int = 1_000, payment_id: str = "pay_01", **asked: Any) -> Refund:
        """A stored refund without a hint; its payment is captured where it is not there yet."""
        if not any(known.id == payment_id for known in self.payments.all()):
            await self.payments.add(payment(payment_id))
        key = f"{payment_id}-{sum(len(known.refunds) for known in self.payments.all())}"
        decision = await self.payments.change(ALL_TENANTS, payment_id, asking(amount, key, **asked))
        return decision.refund

    async def present(self, refund: Refund) -> Refund:
        """The refund as it stands."""
        return (await self.payments.get_by_refund(ALL_TENANTS, refund.id)).refund(refund.id)

    async def begin(self, refund: Refund) -> Decision:
        """What a worker stores before it sends a due refund, as if it crashed right after."""
        payment_id = (await self.payments.get_by_refund(ALL_TENANTS, refund.id)).id
        limits = self.config_cache.limits(("platform",), self.clock.now())
        return await self.payments.change(
            ALL_TENANTS, payment_id, lambda p: begin_step(p, refund.id, limits, self.clock.now())
        )

    async def statuses(self, *refunds: Refund) -> list[str]:
        """Of each, as it stands."""
        return [(await self.present(refund)).status.value for refund in refunds]

    def hint(self, refund: Refund, payment_id: str = "pay_01", kind: HintKind = HintKind.SUBMIT) -> None:
        """Publishes a hint that the refund can be worked on."""
        self.hints.publish(Hint(kind=kind, payment_id=payment_id, refund_id=refund.id))

    async def until(self, condition: Callable[[], bool]) -> None:
        """Lets everything run until this holds."""
        async with asyncio.timeout(PATIENCE_S):
            while not condition():
                await asyncio.sleep(0)

    async def until_status(self, status: str, *refunds: Refund) -> None:
        """Lets everything run until all of them stand so."""
        async with asyncio.timeout(PATIENCE_S):
            while await self.statuses(*refunds) != [status] * len(refunds):
                await asyncio.sleep(0)

    async def sweeps(self, count: int) -> None:
        """Lets so many more sweeps pass."""
        wanted = self.payments.sweeps + count
        await self.until(lambda: self.payments.sweeps >= wanted)


@asynccontextmanager
async def running(*loops: GatewayLoops | ReviewLoops) -> AsyncIterator[asyncio.Event]:
    """The loops at work; stopped at the end, and what they raise is raised."""
    stop = asyncio.Event()
    tasks = [asyncio.create_task(one.run(stop)) for one in loops]
    try:
        yield stop
    finally:
        stop.set()
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.gather(*tasks)
