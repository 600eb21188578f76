"""A gateway behind the real HTTP adapter and the simulated one, for contract suites: both are to say the same."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.service.gateway.sandbox_process import SECRET, running

from refunds.adapters.gateway_books import SandboxBooks
from refunds.adapters.gateways.gateway import HttpGateway, HttpGatewaySettings
from refunds.adapters.local.clock import SystemClock
from refunds.adapters.memory.clock import FixedClock
from refunds.adapters.memory.gateway.gateway import MemoryGateway
from refunds.adapters.memory.gateway.gateway_books import MemoryBooks
from refunds.adapters.memory.gateway.gateway_server import SimulatedGateway
from refunds.domain.attempt.gateway_result import GatewayResult
from refunds.domain.verification.gateway_books import GatewayAccount
from refunds.ports.gateway.gateway import Gateway, Submission
from refunds.ports.gateway.gateway_books import GatewayBooks

QUICK_S = 4.0
"""Long enough for a loopback answer, short enough to wait for one that never comes."""

KEY_LIFETIME_S = 7_200


@dataclass(frozen=True, kw_only=True)
class GatewaySide:
    """A gateway, and its books. `advance` lets so many seconds pass at it and whatever is due there happen."""

    gateway: Gateway
    books: GatewayBooks
    advance: Callable[[float], None]

    async def submit(self, token: str = "tok_ok", attempt_id: str = "att_1", amount: int = 60) -> GatewayResult:
        """The result of one submission."""
        return await self.gateway.submit(a_submission(token, attempt_id, amount))

    async def submit_at_once(self, count: int) -> Sequence[GatewayResult]:
        """The words on so many submissions of one attempt at the same moment."""
        return await asyncio.gather(*(self.submit() for _ in range(count)))

    async def query_status(self, attempt_id: str = "att_1", gateway_refund_id: str = "") -> GatewayResult:
        """The result of one status query."""
        return await self.gateway.query_status(attempt_id, "mer_1", gateway_refund_id)

    async def account(self) -> GatewayAccount:
        """What the gateway moved of the payment; an account without movements where it never saw it."""
        found = await self.books.account("gp_1")
        return found or GatewayAccount(gateway_payment_id="gp_1", currency="USD", moved=0, movements=())


def a_submission(token: str = "tok_ok", attempt_id: str = "att_1", amount: int = 60, **changed: object) -> Submission:
    """60 of a captured 100 USD."""
    said = {
        "attempt_id": attempt_id,
        "merchant_id": "mer_1",
        "gateway_payment_id": "gp_1",
        "amount": amount,
        "captured_amount": 100,
        "currency": "USD",
        "token": token,
        "metadata": {},
    }
    return Submission(**said | changed)  # type: ignore[arg-type]


@asynccontextmanager
async def over_http(folder: Path) -> AsyncIterator[GatewaySide]:
    """The sandbox as a process of its own."""
    lifetime = str(KEY_LIFETIME_S)
    with running(folder / "books", RETRY_AFTER_S="1", HOLD_MS="600000", KEY_LIFETIME_S=lifetime) as sandbox:
        settings = HttpGatewaySettings(name="sandbox", url=sandbox.url, webhook_secret=SECRET, timeout_s=QUICK_S)
        gateway = HttpGateway(settings, SystemClock())
        async with SandboxBooks(sandbox.url, page_accounts=2) as books:
            yield GatewaySide(gateway=gateway, books=books, advance=sandbox.advance)
        await gateway.close()


@asynccontextmanager
async def simulated() -> AsyncIterator[GatewaySide]:
    """The simulated gateway."""
    clock = FixedClock()
    server = SimulatedGateway(now=clock.now, seeded_random=Random(0), key_lifetime_s=KEY_LIFETIME_S)

    def advance(seconds: float) -> None:
        clock.advance(seconds=seconds)
        server.advance()

    books: MemoryBooks = server.books
    yield GatewaySide(gateway=MemoryGateway(server, clock=clock), books=books, advance=advance)
