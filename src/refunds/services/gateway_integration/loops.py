"""Runs the background work of gateway-integration. The loops submit hinted refunds and sweep for due refunds.

The loops do not decide whether a refund is allowed. Only one worker at a time works on a refund. Each due refund is a
separate item, so a slow or failing refund does not delay other refunds of its payment. While the circuit of a merchant
or gateway is open, only a few probes start for that merchant or gateway. When the circuit closes, work starts at once.
docs/decisions/0029 gives the reasons.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from msgspec.structs import replace

from refunds.adapters.gateways.circuit_breaker import Allowance, CircuitBreaker
from refunds.domain import ids
from refunds.domain.attempt.result_recording import GatewayStep
from refunds.domain.payment.payment import Payment, Work
from refunds.ports.clock import Clock
from refunds.ports.gateway.hints import Hint, HintKind, Hints
from refunds.ports.payments.payments import EVERYBODY, PaymentStore, Whose
from refunds.runtime.loops.fair_pool import FairWorkerPool
from refunds.runtime.loops.workers import TAKERS_END_S, consume, repeat, take_until_stopped
from refunds.usecases.gateway.submit_to_gateway import SubmitToGateway


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayLoopSettings:
    """The limits of the loops and of their `FairWorkerPool`. Fields whose names end in `_s` are in seconds.

    `slow_after_s` is a quarter of a call's time limit. `overflow_s` is well below the lease of a hint.
    """

    submissions_at_once_max: int = 128
    slow_max: int = 128
    slow_after_s: float = 2.5
    overflow_max: int = 4096
    overflow_s: float = 15.0
    left_hints_max: int = 20_000
    claims_max: int = 100
    claim_lease_s: float = 20.0
    sweep_pause_s: float = 0.5
    look_pause_s: float = 0.25
    drain_s: float = 5.0
    takers_end_s: float = TAKERS_END_S


@dataclass(frozen=True, slots=True)
class Due:
    """A due refund with its payment, which this process has claimed."""

    payment: Payment
    refund_id: str


Item: TypeAlias = Hint | Due

PartitionKey: TypeAlias = tuple[str, str, str]
"""The partition to which an item belongs, as gateway, operation and merchant id."""

_OPERATIONS: Mapping[GatewayStep, str] = {GatewayStep.SUBMIT: "submit", GatewayStep.QUERY: "ask"}


@dataclass(slots=True, kw_only=True)
class GatewayLoops:
    """Runs the loops. `breakers` maps the name of a gateway to its circuit breaker.

    Work for a gateway without a breaker always starts.
    """

    submit: SubmitToGateway
    payments: PaymentStore
    hints: Hints
    clock: Clock
    breakers: Mapping[str, CircuitBreaker] = field(default_factory=dict)
    settings: GatewayLoopSettings = GatewayLoopSettings()
    seconds: Callable[[], float] = time.monotonic
    pool: FairWorkerPool[Item, PartitionKey] = field(init=False)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _reliefs: int = 0
    _in_progress: set[str] = field(default_factory=set)
    _left_hints: deque[Hint] = field(default_factory=deque)

    def __post_init__(self) -> None:
        settings = self.settings
        self.pool = FairWorkerPool(
            name="gateway",
            work=self._one,
            concurrency_max=settings.submissions_at_once_max,
            partition_key_of=self._partition_key_of,
            allowance=self._allowance,
            begun=self._begun,
            seconds=self.seconds,
            slow_max=settings.slow_max,
            slow_after_s=settings.slow_after_s,
            overflow_max=settings.overflow_max,
            overflow_s=settings.overflow_s,
            on_left=self._remember_left,
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Runs all loops until `stop` is set. Returns when running work has ended or the time limit has passed."""
        await take_until_stopped(
            [
                consume(self._take, self.pool, stop),
                repeat("gateway.sweep", self._sweep, stop, pause_s=self.settings.sweep_pause_s, wake=self._wake),
                repeat("gateway.look_over", self._look_over, stop, pause_s=self.settings.look_pause_s),
            ],
            [self.pool],
            stop,
            drain_s=self.settings.drain_s,
            takers_end_s=self.settings.takers_end_s,
        )

    async def _take(self, hints_max: int) -> Sequence[Hint]:
        return await self.hints.take(HintKind.SUBMIT, hints_max)

    async def _look_over(self) -> bool:
        self.pool.look_over()
        left = [self._left_hints.popleft() for _ in range(min(len(self._left_hints), self.settings.claims_max))]
        await asyncio.gather(*(self.submit.release(hint.payment_id, hint.refund_id) for hint in left))
        return len(self._left_hints) > 0

    def _remember_left(self, item: Item) -> None:
        """Remembers a hinted refund that the pool did not start, so that `_look_over` makes the refund due at once.

        Otherwise the sweep would find the refund only after the hint's lease has ended. The refund's status would then
        be queried before the refund is submitted.
        """
        if (
            isinstance(item, Hint)
            and item.refund_id not in self._in_progress
            and len(self._left_hints) < self.settings.left_hints_max
        ):
            self._left_hints.append(item)

    async def _sweep(self) -> bool:
        await self.pool.wait_for_slot()
        found = 0
        for whose, claims_max in list(self._shares()):
            claimed = await self._claimed(whose, min(claims_max, self.settings.claims_max))
            found += len(claimed)
            now = self.clock.now()
            for payment in claimed:
                for refund in payment.due(Work.GATEWAY, now):
                    await self.pool.submit(Due(payment, refund.id))
        return found > 0

    async def _claimed(self, whose: Whose, claims_max: int) -> Sequence[Payment]:
        if claims_max <= 0:
            return ()
        now, lease_s = self.clock.now(), self.settings.claim_lease_s
        return await self.payments.claim_due(Work.GATEWAY, now, lease_s, claims_max, whose)

    def _shares(self) -> Iterator[tuple[Whose, int]]:
        """Yields which refunds to claim now, as pairs of a filter and a maximum number.

        For a merchant or gateway with an open circuit, only probes are claimed.
        """
        open_ones = {
            name: frozenset(id_ for _, id_ in breaker.open_circuits()) for name, breaker in self.breakers.items()
        }
        closed = frozenset(name for name, breaker in self.breakers.items() if breaker.is_open or breaker.is_doubted)
        everybody = replace(EVERYBODY, without=frozenset().union(*open_ones.values()), gateways_without=closed)
        if not closed or len(closed) < len(self.breakers):
            yield everybody, self.pool.free_slots
        for name, breaker in self.breakers.items():
            if name in closed:
                yield from self._probes(breaker, open_ones[name])
            busy = {
                id_ for operation, id_ in breaker.open_circuits() if not self.pool.may_start((name, operation, id_))
            }
            in_turn = open_ones[name] - busy
            if in_turn and not breaker.is_open:
                probes_max = breaker.probes_left if breaker.is_doubted else len(in_turn)
                yield Whose(only=in_turn, is_one_each=True), min(self.pool.free_slots_of_suspects, probes_max)

    def _probes(self, breaker: CircuitBreaker, open_ones: frozenset[str]) -> Iterator[tuple[Whose, int]]:
        """Yields the claims for a gateway with an open circuit.

        If the gateway cannot be reached, only probes are claimed. Otherwise, refunds of merchants whose last submission
        succeeded are claimed as usual. For all other merchants, only probes are claimed.
        """
        if breaker.is_open:
            yield Whose(is_one_each=True), breaker.probes_left
            return
        trusted = breaker.trusted()
        yield Whose(only=trusted - open_ones), self.pool.free_slots
        yield Whose(without=trusted | open_ones, is_one_each=True), breaker.probes_left

    def _partition_key_of(self, item: Item) -> PartitionKey:
        if isinstance(item, Due):
            payment = item.payment
            step = self.submit.step(payment, payment.refund(item.refund_id))
            return payment.gateway, _OPERATIONS[step], payment.merchant_id
        if item.merchant_id:
            return item.gateway, "submit", item.merchant_id
        route = ids.route_of(item.refund_id)  # a hint of an earlier release: a few merchants may share a route
        return "", "submit", route.merchant_route if route is not None else ""

    def _allowance(self, key: PartitionKey) -> Allowance:
        breaker = self.breakers.get(key[0])
        if breaker is None:
            return Allowance(self.settings.submissions_at_once_max)
        return breaker.allowance(key[1], key[2])

    def _begun(self, key: PartitionKey) -> None:
        breaker = self.breakers.get(key[0])
        if breaker is not None:
            breaker.begin(key[1], key[2])

    async def _one(self, item: Item) -> None:
        """Works on one refund, unless another task works on it. If the work fails, the sweep finds the refund again."""
        if item.refund_id in self._in_progress:
            return
        self._in_progress.add(item.refund_id)
        try:
            if isinstance(item, Due):
                await self.submit.due(item.payment, item.refund_id)
            else:
                await self.submit.hinted(item.payment_id, item.refund_id)
        finally:
            self._in_progress.discard(item.refund_id)
            self._wake_after_relief()

    def _wake_after_relief(self) -> None:
        """Starts waiting work at once if a merchant or gateway may be called again."""
        reliefs = sum(breaker.reliefs for breaker in self.breakers.values())
        if reliefs != self._reliefs:
            self._reliefs = reliefs
            self.pool.look_over()
            self._wake.set()
