"""One merchant whose refunds the gateway always turns away: gateway-integration as it runs, the sandbox, the database.

Nobody else's refunds wait for hers, see docs/decisions/0017.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.service.gateway.sandbox_process import running
from tests.support.adapters.shop import Shop
from tests.support.copies import replace
from tests.support.gateway.gateway_endpoint import parts_on

from refunds.domain.payment.payment import Payment, Refund
from refunds.domain.payment.states import FINAL, Status
from refunds.domain.tenancy import ALL_TENANTS
from refunds.ports.gateway.hints import Hint, HintKind
from refunds.runtime.process.container import Parts
from refunds.services.gateway_integration.service import build

Database = AsyncDatabase[Any]
PATIENCE_S = 30.0
LOOK_S = 0.01
OPENS_AT = 50
"""More failures in a row than a merchant may have."""

LOOKS_S = 1.0
"""Between two refunds of others."""

ANOTHERS_WAIT_S = 2.0
"""Far less than the calls of those that hang take together; on a machine that does other things, too."""


@dataclass
class Running:
    """The service's loops at work; `shop` makes payments and refunds beside them."""

    shop: Shop
    parts: Parts

    async def refund(self, merchant_id: str, behaviour: str) -> tuple[Payment, Refund]:
        """A refund that the service was told of."""
        payment = await self.shop.capture(1_000, merchant_id)
        refund = await self.shop.refund(payment, 100, behaviour=behaviour)
        self.parts.hints.publish(Hint(kind=HintKind.SUBMIT, payment_id=payment.id, refund_id=refund.id))
        return payment, refund

    def metric(self, name: str, **labels: str) -> float:
        """A counter of the process."""
        return self.parts.registry.get_sample_value(name, {"gateway": "sandbox"} | labels) or 0.0

    async def statuses(self, payments: list[Payment]) -> set[Status]:
        """Of all their refunds, read past every cache."""
        fresh = Shop(self.shop.database).payments
        found = await asyncio.gather(*(fresh.get(ALL_TENANTS, payment.id) for payment in payments))
        return {refund.status for payment in found for refund in payment.refunds}

    async def until(self, condition: Callable[[], bool], *, pass_s: float = 0.0) -> None:
        """Lets the loops work until this holds; `pass_s` pass by the service's clock at every look."""
        async with asyncio.timeout(PATIENCE_S):
            while not condition():
                self.shop.clock.present += timedelta(seconds=pass_s)
                await asyncio.sleep(LOOK_S)

    async def passes(self, seconds: float) -> None:
        """So much time; by the service's clock a second at every look."""
        began_s = monotonic()
        await self.until(lambda: monotonic() - began_s >= seconds, pass_s=1.0)


@asynccontextmanager
async def service_on(database: Database, uri: str, sandbox_url: str, **settings: Any) -> AsyncIterator[Running]:
    """The service as its process runs it, but for its clock."""
    shop = Shop(database)
    parts = await parts_on(database, uri, shop, sandbox_url)
    parts = replace(parts, settings=replace(parts.settings, **settings))
    service = build(parts)
    stop = asyncio.Event()
    loops = [asyncio.create_task(loop(stop)) for loop in service.loops]
    try:
        yield Running(shop, parts)
    finally:
        stop.set()
        await asyncio.gather(*loops)
        for close in service.closes:
            await close()
        await parts.close()


@pytest.mark.parametrize("behaviour", ["tok_refused_gateway_unavailable", "tok_rate_limited", "tok_error_500"])
async def test_merchant_whom_the_gateway_turns_away_stops_nobody_elses_refunds(
    database: Database, mongodb_uri: str, tmp_path: Path, behaviour: str
) -> None:
    with running(tmp_path / "books") as sandbox:
        async with service_on(database, mongodb_uri, sandbox.url) as service:
            for _ in range(OPENS_AT + 10):
                await service.refund("mer_eve", behaviour)
            await service.until(lambda: hers_rest(service), pass_s=1.0)

            others = [(await service.refund(f"mer_{number % 3}", "tok_ok"))[0] for number in range(9)]
            await service.until(lambda: succeeded(service) == len(others))

            assert hers_rest(service), "she still rests meanwhile"
            assert service.metric("refunds_gateway_circuit_open", operation="submit") == 0
        assert await service.statuses(others) == {Status.COMPLETED}


def hers_rest(service: Running) -> bool:
    """Whether exactly one merchant rests."""
    return service.metric("refunds_gateway_open_merchant_circuits", operation="submit") == 1


def succeeded(service: Running) -> float:
    """How many submissions went well."""
    return service.metric("refunds_gateway_call_seconds_count", operation="submit", result="succeeded")


async def test_slow_refunds_of_one_merchant_leave_places_for_others(
    database: Database, mongodb_uri: str, tmp_path: Path
) -> None:
    """The answers to hers are held until the gateway's clock is advanced."""
    with running(tmp_path / "books", HOLD_MS="600000") as sandbox:
        async with service_on(database, mongodb_uri, sandbox.url, gateway_timeout_s=10.0) as service:
            for _ in range(200):
                await service.refund("mer_eve", "tok_timeout_after_move")
            others = [(await service.refund("mer_bob", "tok_ok"))[0] for _ in range(3)]
            await service.until(lambda: succeeded(service) == len(others))

            lost = service.metric("refunds_gateway_call_seconds_count", operation="submit", result="unknown")
            sandbox.advance(700)
        assert lost == 0, "all of hers that began hold their places still"
        assert await service.statuses(others) == {Status.COMPLETED}


async def test_refunds_that_only_time_out_end_after_their_submissions_and_others_go_on_meanwhile(
    database: Database, mongodb_uri: str, tmp_path: Path
) -> None:
    with running(tmp_path / "books", HOLD_MS="600000") as sandbox:
        async with service_on(database, mongodb_uri, sandbox.url, gateway_timeout_s=0.5) as service:
            hanging = [
                (await service.refund(f"mer_hang_{number % 24}", "tok_timeout_before_move"))[0] for number in range(72)
            ]
            others: list[Payment] = []
            waited_s: list[float] = []
            async with asyncio.timeout(2 * PATIENCE_S):
                while not await service.statuses(hanging) <= FINAL:
                    began_s = monotonic()
                    others.append((await service.refund("mer_bob", "tok_ok"))[0])
                    await service.until(lambda: succeeded(service) == len(others), pass_s=1.0)
                    waited_s.append(monotonic() - began_s)
                    await service.passes(LOOKS_S)

            fresh = Shop(database).payments
            found = [(await fresh.get(ALL_TENANTS, payment.id)).refunds[0] for payment in hanging]
            assert {refund.status for refund in found} == {Status.FAILED}
            assert {refund.attempts[0].tries for refund in found} == {service.shop.limits.gateway_attempts_max}
            assert max(waited_s) < ANOTHERS_WAIT_S
        assert await service.statuses(others) == {Status.COMPLETED}
