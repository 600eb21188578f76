"""Steps on the group commit of payments, and what it asked of the database; for several files of tests."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent
from tests.service.store.payments import payment_store_steps
from tests.support.payments.payments import LIMITS, NOW, a_request
from tests.support.processes.flaky_proxy import FlakyProxy

from refunds.adapters.mongo.payments.payments import MongoPaymentStore
from refunds.domain.payment.payment import Decision, Payment
from refunds.domain.refund.lifecycle import request_refund
from refunds.domain.tenancy import ALL_TENANTS

PATIENCE_S = 5.0  # far more than a write takes; what waits for a held request does not end before


class Commands(CommandListener):
    """Keeps what is sent to the payments."""

    def __init__(self) -> None:
        self.sent: list[Mapping[str, Any]] = []

    def started(self, event: CommandStartedEvent) -> None:
        """A command is about to be sent."""
        if event.command_name in ("find", "update", "insert"):
            self.sent.append(dict(event.command))

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Nothing to keep."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Nothing to keep."""

    def counts(self) -> dict[str, int]:
        """How many commands of each name were sent."""
        return dict(Counter(next(iter(command)) for command in self.sent))


def new_payment(captured_amount: int = 1_000, **changed: object) -> Payment:
    """One with room for a refund of each of many commands."""
    return payment_store_steps.new_payment(captured_amount, **changed)


async def stored_payments(store: MongoPaymentStore, number: int) -> list[Payment]:
    return [(await store.add(new_payment()))[0] for _ in range(number)]


async def refunded(store: MongoPaymentStore, payment: Payment, amount: int = 1, **request: Any) -> Decision:
    command = a_request(amount, payment=payment, **request)
    return await store.change(ALL_TENANTS, payment.id, lambda present: request_refund(present, command, LIMITS, NOW))


async def outcomes(changes: Any) -> list[Any]:
    return await asyncio.gather(*changes, return_exceptions=True)


def kinds(found: list[Any]) -> Counter[str]:
    return Counter(type(outcome).__name__ for outcome in found)


def reads_of(payment: Payment, but: Payment | None = None) -> Callable[[bytes], bool]:
    """Finds that name this payment, but not those that name the other as well."""
    wanted, unwanted = payment.id.encode(), b"\x00" * 64 if but is None else but.id.encode()
    return lambda request: b"\x02find\x00" in request and wanted in request and unwanted not in request


async def until_held(proxy: FlakyProxy) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not proxy.held_count:
            await asyncio.sleep(0)


async def soon(asked: Coroutine[Any, Any, Decision]) -> Decision:
    """Ends although something else is held."""
    async with asyncio.timeout(PATIENCE_S):
        return await asked
