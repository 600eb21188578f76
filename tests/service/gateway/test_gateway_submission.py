"""What is stored when a gateway is called, and what a crash at that moment leaves: on the real database.

Numbers in the docstrings are those of docs/known-failure-modes.md.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.service.gateway.sandbox_process import Sandbox, running
from tests.support.adapters.shop import Shop
from tests.support.gateway.gateway_endpoint import SECRET, parts_on
from tests.support.gateway.scripted_gateway import LOST, ScriptedGateway

from refunds.adapters.gateways.gateway import HttpGateway, HttpGatewaySettings
from refunds.adapters.local.clock import SystemClock
from refunds.domain.attempt.result_recording import GatewayResult, ResultKind
from refunds.domain.payment.payment import Payment, Refund, Work
from refunds.domain.payment.states import Status
from refunds.domain.tenancy import ALL_TENANTS
from refunds.ports.gateway.gateway import Gateway, Submission
from refunds.runtime.process.container import Parts
from refunds.usecases.gateway.record_gateway_result import RecordGatewayResult
from refunds.usecases.gateway.submit_to_gateway import SubmitToGateway

Database = AsyncDatabase[Any]
LEASE = timedelta(seconds=31)


class Crashed(BaseException):
    """The process is gone; nobody catches that."""


@dataclass
class Worker:
    """A process of gateway-integration with one gateway, until it crashes."""

    parts: Parts
    gateway: Gateway

    def __post_init__(self) -> None:
        parts = self.parts
        record = RecordGatewayResult(
            payments=parts.payments, config_cache=parts.config_cache, clock=parts.clock, ids=parts.ids
        )
        self.submit = SubmitToGateway(
            payments=parts.payments,
            config_cache=parts.config_cache,
            clock=parts.clock,
            gateways={"sandbox": self.gateway},
            record=record,
        )

    async def sweep(self) -> None:
        """Works on all that is due."""
        now = self.parts.clock.now()
        for payment in await self.parts.payments.claim_due(Work.GATEWAY, now, 20.0, 100):
            for refund in payment.due(Work.GATEWAY, now):
                await self.submit.due(payment, refund.id)


@asynccontextmanager
async def worker_on(database: Database, uri: str, shop: Shop, gateway: Gateway) -> AsyncIterator[Worker]:
    """A process with stores and caches of its own."""
    parts = await parts_on(database, uri, shop, "http://127.0.0.1:1")
    try:
        yield Worker(parts, gateway)
    finally:
        await parts.close()


async def stored(database: Database, payment: Payment) -> Payment:
    """The payment as a majority holds it, read past every cache."""
    return await Shop(database).payments.get(ALL_TENANTS, payment.id)


@pytest.fixture
def shop(database: Database) -> Shop:
    """Makes payments and refunds."""
    return Shop(database)


# --- what is stored at the moment of the call ----------------------------------------------------


async def test_intent_is_stored_before_the_gateway_is_called(database: Database, mongodb_uri: str, shop: Shop) -> None:
    """4, 2: with its attempt id and its reservation, held by a majority."""
    payment = await shop.capture(1_000)
    refund = await shop.refund(payment, 600)
    seen: list[Payment] = []

    async def look(_: Submission) -> None:
        seen.append(await stored(database, payment))

    gateway = ScriptedGateway(meanwhile=look)
    async with worker_on(database, mongodb_uri, shop, gateway) as worker:
        await worker.submit.hinted(payment.id, refund.id)

    (at_the_call,) = seen
    assert at_the_call.refunds[0].attempts[0].id == gateway.submitted[0].attempt_id
    assert (at_the_call.reserved_amount, at_the_call.refunds[0].status) == (600, Status.PROCESSING)


async def test_submission_is_counted_before_a_due_refund_is_submitted_again(
    database: Database, mongodb_uri: str, shop: Shop
) -> None:
    """4: also what is sent again was stored as such before."""
    payment = await shop.capture(1_000)
    refund = await shop.refund(payment, 600)
    seen: list[Refund] = []

    async def look(_: Submission) -> None:
        seen.append((await stored(database, payment)).refunds[0])

    shop.clock.present += LEASE
    async with worker_on(database, mongodb_uri, shop, ScriptedGateway(meanwhile=look)) as worker:
        await worker.sweep()

    (at_the_call,) = seen
    assert at_the_call.attempts[0].tries == refund.attempts[0].tries + 1
    assert at_the_call.due_at is not None
    assert at_the_call.due_at > shop.clock.present


async def test_nothing_of_a_transaction_is_open_while_the_gateway_is_called(
    database: Database, mongodb_uri: str, shop: Shop
) -> None:
    """4: whoever changes the payment meanwhile is neither held up nor undone."""
    payment = await shop.capture(1_000)
    refund = await shop.refund(payment, 600)
    open_transactions: list[int] = []

    async def meanwhile(_: Submission) -> None:
        status = await database.client.admin.command("serverStatus")
        open_transactions.append(status["transactions"]["currentOpen"])
        await shop.refund(payment, 100)

    async with worker_on(database, mongodb_uri, shop, ScriptedGateway(meanwhile=meanwhile)) as worker:
        await worker.submit.hinted(payment.id, refund.id)

    present = await stored(database, payment)
    assert open_transactions == [0]
    assert [one.status for one in present.refunds] == [Status.COMPLETED, Status.PROCESSING]
    assert (present.refunded_amount, present.reserved_amount) == (600, 100)


async def test_amount_stays_reserved_while_the_outcome_is_not_known(
    database: Database, mongodb_uri: str, shop: Shop
) -> None:
    """3: neither a day nor a week without an answer gives the amount to another refund."""
    payment = await shop.capture(1_000)
    refund = await shop.refund(payment, 600)
    gateway = ScriptedGateway(submits=[LOST], asks=[LOST])

    async with worker_on(database, mongodb_uri, shop, gateway) as worker:
        await worker.submit.hinted(payment.id, refund.id)
        for _ in range(10):
            shop.clock.present += timedelta(days=1)
            await worker.sweep()
        unheard = await stored(database, payment)
        gateway.asks = [GatewayResult(kind=ResultKind.SUCCEEDED)]
        shop.clock.present += timedelta(days=1)
        await worker.sweep()

    assert (unheard.refunds[0].status, unheard.refundable_amount) == (Status.UNKNOWN, 400)
    assert len(gateway.asked) == 11
    assert (await stored(database, payment)).refunds[0].status is Status.COMPLETED


# --- what a crash leaves -------------------------------------------------------------------------


class CrashingGateway(HttpGateway):
    """The real one, in a process that crashes before or after its call."""

    def __init__(self, sandbox: Sandbox, moment: str) -> None:
        settings = HttpGatewaySettings(name="sandbox", url=sandbox.url, webhook_secret=SECRET)
        super().__init__(settings, SystemClock())
        self.moment = moment
        self.attempts: list[str] = []

    async def submit(self, submission: Submission) -> GatewayResult:
        """See the port; then the process is gone."""
        self.attempts.append(submission.attempt_id)
        if self.moment == "before":
            raise Crashed
        result = await super().submit(submission)
        if self.moment == "after":
            raise Crashed
        return result


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("way", ["hinted", "due"])
async def test_crash_between_intent_and_answer_sends_the_same_id_and_moves_money_once(
    database: Database, mongodb_uri: str, shop: Shop, tmp_path: Path, moment: str, way: str
) -> None:
    """2, 4: however often the process dies on its way to the gateway and back."""
    payment = await shop.capture(1_000)
    refund = await shop.refund(payment, 600)
    with running(tmp_path / "books") as sandbox:
        gateway = CrashingGateway(sandbox, moment)
        for number in range(3):
            async with worker_on(database, mongodb_uri, shop, gateway) as worker:
                is_hinted = way == "hinted" and number == 0
                shop.clock.present += timedelta() if is_hinted else LEASE
                with pytest.raises(Crashed):
                    await (worker.submit.hinted(payment.id, refund.id) if is_hinted else worker.sweep())
        gateway.moment = "never"
        shop.clock.present += LEASE
        async with worker_on(database, mongodb_uri, shop, gateway) as worker:
            await worker.sweep()
        await gateway.close()
        books = sandbox.books(payment.gateway_payment_id)

    present = await stored(database, payment)
    assert set(gateway.attempts) == {refund.attempts[0].id}
    assert len(gateway.attempts) == 4
    assert (books["moved"], len(books["movements"])) == (600, 1)
    assert (present.refunds[0].status, present.refunded_amount) == (Status.COMPLETED, 600)


async def test_refund_whose_answers_never_arrive_is_queried_by_our_own_reference(
    database: Database, mongodb_uri: str, shop: Shop, tmp_path: Path
) -> None:
    """8: the gateway timed out, so no id of its own is known; the question needs none."""
    payment = await shop.capture(1_000)
    refund = await shop.refund(payment, 600, behaviour="tok_timeout_after_move")
    with running(tmp_path / "books") as sandbox:
        settings = HttpGatewaySettings(name="sandbox", url=sandbox.url, webhook_secret=SECRET, timeout_s=0.3)
        gateway = HttpGateway(settings, SystemClock())
        async with worker_on(database, mongodb_uri, shop, gateway) as worker:
            await worker.submit.hinted(payment.id, refund.id)
            unheard = (await stored(database, payment)).refunds[0]
            shop.clock.present += LEASE
            await worker.sweep()
        await gateway.close()

    present = (await stored(database, payment)).refunds[0]
    assert (unheard.status, unheard.attempts[0].gateway_refund_id) == (Status.UNKNOWN, "")
    assert present.status is Status.COMPLETED
    assert present.attempts[0].gateway_refund_id.startswith("sbr_")
    assert len(present.arn) == 23
