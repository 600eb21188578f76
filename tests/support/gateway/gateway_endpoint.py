"""gateway-integration as it runs: real parts on a real database, its endpoint on a real port; time is the test's."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from pymongo.asynchronous.database import AsyncDatabase
from tests.support.adapters.shop import Shop
from tests.support.copies import replace
from tests.support.gateway.notices import a_notice, signed
from tests.support.http.site import free_port

from refunds.domain.payment.payment import Payment, Refund
from refunds.domain.tenancy import ALL_TENANTS
from refunds.kit.config import Secret
from refunds.runtime.http.serving import serve
from refunds.runtime.process import process_runner
from refunds.runtime.process.container import Parts, open_parts
from refunds.runtime.process.settings import ServiceSettings
from refunds.services.gateway_integration.service import build

SECRET = "whsec_c2FuZGJveC10ZXN0LXNlY3JldA=="


@dataclass
class GatewayEndpoint:
    """The running service. `shop` makes payments and refunds beside it."""

    url: str
    shop: Shop
    parts: Parts
    session: aiohttp.ClientSession
    codes: list[str] = field(default_factory=list)
    answered: list[str] = field(default_factory=list)

    async def deliver(self, notice: Any, *, gateway: str = "sandbox", secret: str = SECRET, age_s: float = 0.0) -> int:
        """Delivers a webhook; the status of the answer, and its problem's code to `codes`."""
        headers, body = signed(notice, secret, age_s=age_s)
        return await self.post(headers, body, gateway=gateway)

    async def detail_of(self, notice: Any, *, gateway: str = "sandbox") -> str:
        """Delivers a webhook that is refused; the title and the detail of the answer."""
        await self.deliver(notice, gateway=gateway)
        return " ".join(self.answered)

    async def post(self, headers: Mapping[str, str], body: bytes, *, gateway: str = "sandbox") -> int:
        """Delivers what is signed already, or not at all."""
        async with self.session.post(f"{self.url}/webhooks/{gateway}", data=body, headers=headers) as answer:
            text = await answer.text()
            problem = json.loads(text) if text else {}
            self.codes.append(problem.get("code", ""))
            self.answered = [problem.get("title", ""), problem.get("detail", "")]
            return answer.status

    async def present(self, payment: Payment) -> Payment:
        """The payment as a majority holds it, read past every cache."""
        return await Shop(self.shop.database).payments.get(ALL_TENANTS, payment.id)

    async def refund_of(self, payment: Payment) -> Refund:
        """The payment's only refund."""
        (refund,) = (await self.present(payment)).refunds
        return refund

    async def events_of(self, refund: Refund) -> list[str]:
        """The types of its events, oldest first."""
        return [event.type.value for event in await self.shop.payments.history(ALL_TENANTS, refund.id)]


def notice_of(payment: Payment, refund: Refund, status: str = "succeeded", **data: Any) -> dict[str, Any]:
    """The gateway's notice of the refund's attempt."""
    known = {
        "reference": refund.attempts[-1].id,
        "gateway_payment_id": payment.gateway_payment_id,
        "gateway_refund_id": "sbr_1",
        "amount": refund.amount,
        "currency": payment.currency,
    }
    return a_notice(status, **known | data)


async def parts_on(
    database: AsyncDatabase[Any], uri: str, shop: Shop, sandbox_url: str, secrets: str = SECRET
) -> Parts:
    """The parts of a process, but for its clock."""
    settings = ServiceSettings(
        mongodb_uri=Secret(uri),
        mongodb_database=database.name,
        sandbox_url=sandbox_url,
        sandbox_webhook_secret=Secret(secrets),
        gateway_timeout_s=1.0,
        drain_s=2.0,
        snapshot_pause_s=0.05,
    )
    return replace(await open_parts(settings, "gateway-integration"), clock=shop.clock)


@asynccontextmanager
async def endpoint_on(
    database: AsyncDatabase[Any],
    uri: str,
    *,
    port: int = 0,
    sandbox_url: str = "http://127.0.0.1:1",
    secrets: str = SECRET,
    **parts: Any,
) -> AsyncIterator[GatewayEndpoint]:
    """The endpoint, served; its loops do not run."""
    shop = Shop(database)
    own = replace(await parts_on(database, uri, shop, sandbox_url, secrets), **parts)
    service = build(own)
    port = port or free_port()
    serving = await serve(process_runner._site(own, [service], process_runner._issuer(own.settings)), "127.0.0.1", port)
    async with aiohttp.ClientSession() as session:
        try:
            yield GatewayEndpoint(url=f"http://127.0.0.1:{port}", shop=shop, parts=own, session=session)
        finally:
            await serving.stop()
            for close in service.closes:
                await close()
            await own.close()
