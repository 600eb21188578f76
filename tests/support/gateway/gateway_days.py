"""gateway-integration on memory stores in virtual time: refunds of many merchants that hang, fail or go well."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.support.payments.making import NOW, asking, payment

from refunds.adapters.gateways.answers import NOT_CONNECTED
from refunds.adapters.gateways.circuit_breaker import CircuitBreaker
from refunds.adapters.gateways.watched_gateway import WatchedGateway
from refunds.adapters.memory.gateway.hints import MemoryHints
from refunds.adapters.memory.ids import SeededIds
from refunds.adapters.memory.payments.payments import MemoryPayments
from refunds.adapters.memory.settings.parameters import MemoryParameters
from refunds.adapters.memory.settings.tenants import MemoryTenants
from refunds.domain.attempt.gateway_result import GatewayResult, ResultKind
from refunds.domain.payment.payment import Decision, Payment, Refund, Work
from refunds.domain.payment.states import FINAL
from refunds.domain.tenancy import ALL_TENANTS, Scope
from refunds.ports.gateway.gateway import GatewayNotice, OtherNotice, Submission
from refunds.ports.gateway.hints import Hint, HintKind
from refunds.ports.payments.payments import EVERYBODY, Decide, Whose
from refunds.services.gateway_integration.loops import GatewayLoops, GatewayLoopSettings
from refunds.usecases.gateway.record_gateway_result import RecordGatewayResult
from refunds.usecases.gateway.submit_to_gateway import SubmitToGateway
from refunds.usecases.settings.config_cache import TenantConfigCache

GOOD = GatewayResult(kind=ResultKind.SUCCEEDED)
TIMED_OUT = GatewayResult(kind=ResultKind.UNKNOWN, code="gateway_unavailable", raw_code="no_answer")
REJECTED = GatewayResult(kind=ResultKind.UNAVAILABLE, code="gateway_unavailable", raw_code="503")
AWAY = GatewayResult(kind=ResultKind.UNAVAILABLE, code="gateway_unavailable", raw_code=NOT_CONNECTED)
TIMEOUT_S = 10.0

WAYS: Mapping[str, tuple[float, GatewayResult]] = {
    "goes_well": (0.02, GOOD),
    "hangs": (TIMEOUT_S, TIMED_OUT),
    "is_turned_away": (0.01, REJECTED),
    "is_away": (0.001, AWAY),
}


@dataclass(frozen=True, slots=True)
class LoopClock:
    """The loop's own time as moments."""

    def now(self) -> datetime:
        """The present moment."""
        return NOW + timedelta(seconds=asyncio.get_running_loop().time())


def seconds() -> float:
    """The loop's own time."""
    return asyncio.get_running_loop().time()


class DayPayments(MemoryPayments):
    """Notes when refunds end, and every write to a payment."""

    def __init__(self) -> None:
        super().__init__()
        self.ended_at: dict[str, float] = {}
        self.writes: list[str] = []
        """Payment ids."""

    async def change(self, scope: Scope, payment_id: str, decide: Decide) -> Decision:
        """See the port."""
        decision = await super().change(scope, payment_id, decide)
        self.writes.append(payment_id)
        if decision.refund.status in FINAL:
            self.ended_at.setdefault(decision.refund.id, seconds())
        return decision

    async def claim_due(
        self, work: Work, now: datetime, lease_s: float, claims_max: int, whose: Whose = EVERYBODY
    ) -> Sequence[Payment]:
        """See the port."""
        claimed = await super().claim_due(work, now, lease_s, claims_max, whose)
        self.writes += [payment.id for payment in claimed]
        return claimed


@dataclass
class ModelMerchants:
    """A gateway at which each merchant's refunds go one of `WAYS`; `way_of` is asked at each call.

    It moves nothing for what hangs, and says so when asked.
    """

    way_of: Callable[[str], str]
    name: str = "sandbox"
    calls: list[tuple[float, str, str]] = field(default_factory=list)
    """(second, merchant id, attempt id) of each submission."""
    at_once: dict[str, int] = field(default_factory=dict)
    at_once_most: dict[str, int] = field(default_factory=dict)

    async def submit(self, submission: Submission) -> GatewayResult:
        """Takes its time."""
        merchant = submission.merchant_id
        self.calls.append((seconds(), merchant, submission.attempt_id))
        self.at_once[merchant] = self.at_once.get(merchant, 0) + 1
        self.at_once_most[merchant] = max(self.at_once_most.get(merchant, 0), self.at_once[merchant])
        took_s, result = WAYS[self.way_of(merchant)]
        try:
            await asyncio.sleep(took_s)
        finally:
            self.at_once[merchant] -= 1
        return result

    async def query_status(self, attempt_id: str, merchant_id: str, gateway_refund_id: str = "") -> GatewayResult:
        """It has never seen what hung."""
        await asyncio.sleep(0.005)
        return GatewayResult(kind=ResultKind.NOT_FOUND)

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> GatewayNotice:
        """It sends none."""
        raise AssertionError("no webhooks")

    def reread_notice(self, body: bytes) -> GatewayNotice | OtherNotice:
        """It sends none."""
        raise AssertionError("no webhooks")


@dataclass
class GatewayDay:
    """The service at work; `breaker` and `loops` are as the wiring makes them, but for their clock."""

    way_of: Callable[[str], str]
    hints: MemoryHints = field(default_factory=MemoryHints)
    payments: DayPayments = field(default_factory=DayPayments)
    asked_at: dict[str, float] = field(default_factory=dict)
    places: int = 128

    def __post_init__(self) -> None:
        clock = self.clock = LoopClock()
        self.gateway = ModelMerchants(self.way_of)
        self.config_cache = TenantConfigCache(parameters=MemoryParameters(), tenants=MemoryTenants())
        self.breaker = CircuitBreaker(seconds=seconds)
        record = RecordGatewayResult(
            payments=self.payments, config_cache=self.config_cache, clock=clock, ids=SeededIds(clock)
        )
        submit = SubmitToGateway(
            payments=self.payments,
            config_cache=self.config_cache,
            clock=clock,
            gateways={"sandbox": WatchedGateway(self.gateway, self.breaker)},
            record=record,
        )
        self.loops = GatewayLoops(
            submit=submit,
            payments=self.payments,
            hints=self.hints,
            clock=clock,
            breakers={"sandbox": self.breaker},
            settings=GatewayLoopSettings(
                submissions_at_once_max=self.places, slow_max=self.places, slow_after_s=TIMEOUT_S / 4, drain_s=0.0
            ),
            seconds=seconds,
        )

    async def refund(self, merchant_id: str, *, is_hinted: bool = True, **payment_changes: Any) -> Refund:
        """A refund asked for now, of a payment of its own."""
        number = len(self.asked_at)
        made = payment(f"pay_{number:05d}", merchant_id=merchant_id, **payment_changes)
        await self.payments.add(made)
        now = LoopClock().now()
        limits = self.config_cache.limits(made.path, now)
        decision = await self.payments.change(ALL_TENANTS, made.id, asking(100, f"k{number}", limits=limits, at=now))
        refund = decision.refund
        self.asked_at[refund.id] = seconds()
        if is_hinted:
            hint = Hint(
                kind=HintKind.SUBMIT,
                payment_id=made.id,
                refund_id=refund.id,
                merchant_id=merchant_id,
                gateway="sandbox",
            )
            self.hints.publish(hint)
        return refund

    def waited_s(self, *refunds: Refund) -> list[float]:
        """Seconds from the request to the end of each, which has ended."""
        return [self.payments.ended_at[refund.id] - self.asked_at[refund.id] for refund in refunds]

    async def ended(self, *refunds: Refund, within_s: float) -> None:
        """Waits until all of them have ended; AssertionError after that time."""
        latest_s = seconds() + within_s
        while any(refund.id not in self.payments.ended_at for refund in refunds):
            assert seconds() < latest_s, "still waiting"
            await asyncio.sleep(0.25)

    def present(self, refund: Refund) -> Refund:
        """The refund as it stands."""
        return next(r for payment in self.payments.all() for r in payment.refunds if r.id == refund.id)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The loops at work."""
        stop = asyncio.Event()
        running = asyncio.create_task(self.loops.run(stop))
        try:
            yield
        finally:
            stop.set()
            await running
