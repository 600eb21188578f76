"""Webhooks of gateways over real HTTP and the real database: whatever comes, in whatever order, however often.

Numbers in the docstrings are those of docs/known-failure-modes.md.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from litestar.datastructures import Headers
from multidict import CIMultiDict
from prometheus_client import CollectorRegistry
from pymongo.asynchronous.database import AsyncDatabase
from structlog.testing import capture_logs
from tests.service.gateway.sandbox_process import free_port, running
from tests.support.adapters.shop import Shop
from tests.support.gateway.back_door import SECRET, BackDoor, door_on, notice_of
from tests.support.gateway.notices import a_notice, signed
from tests.support.gateway.scripted_gateway import ScriptedGateway

from refunds.adapters.local.ids import SystemIds
from refunds.adapters.mongo.payments.payments import MongoPaymentStore
from refunds.domain.attempt.result_recording import ResultKind
from refunds.domain.errors import OutcomeUnknown, Overloaded, StoreUnavailable
from refunds.domain.payment.payment import Decision, Payment
from refunds.domain.payment.states import Status
from refunds.domain.tenancy import EVERYTHING
from refunds.services.gateway_integration.metrics import GatewayMetrics
from refunds.services.gateway_integration.unbooked_webhooks import UnbookedWebhooks
from refunds.services.gateway_integration.webhooks import WebhookEndpoint
from refunds.usecases.gateway.book_kept_notice import BookKeptNotice
from refunds.usecases.gateway.record_gateway_result import RecordGatewayResult

Database = AsyncDatabase[Any]
TAKEN = 204
PATIENCE_S = 20.0


@pytest.fixture
async def door(database: Database, mongodb_uri: str) -> AsyncIterator[BackDoor]:
    """A running door on an empty database."""
    async with door_on(database, mongodb_uri) as opened:
        yield opened


# --- what the webhook brings is stored -----------------------------------------------------------


async def test_webhook_brings_the_id_and_the_status_of_a_refund_whose_answer_was_lost(door: BackDoor) -> None:
    """8: both are stored, so that the refund can be found at the gateway from either side."""
    payment = await door.shop.capture()
    refund = await door.shop.settle_unheard(payment, await door.shop.refund(payment))

    status = await door.deliver(notice_of(payment, refund, "pending", gateway_refund_id="sbr_77"))

    present = await door.refund_of(payment)
    assert (status, refund.status, refund.attempts[0].gateway_refund_id) == (TAKEN, Status.UNKNOWN, "")
    assert (present.status, present.attempts[0].gateway_refund_id) == (Status.GATEWAY_PENDING, "sbr_77")


async def test_webhook_that_brings_the_status_without_an_id_is_stored_and_the_id_may_follow(door: BackDoor) -> None:
    """8: the status counts at once; what comes later adds to it."""
    payment = await door.shop.capture()
    refund = await door.shop.settle_unheard(payment, await door.shop.refund(payment))

    await door.deliver(notice_of(payment, refund, gateway_refund_id=""))
    without_id = await door.refund_of(payment)
    await door.deliver(notice_of(payment, refund, gateway_refund_id="sbr_77", arn="7" * 23))
    with_id = await door.refund_of(payment)

    assert (without_id.status, without_id.attempts[0].gateway_refund_id) == (Status.COMPLETED, "")
    assert (with_id.attempts[0].gateway_refund_id, with_id.arn) == ("sbr_77", "7" * 23)
    assert (await door.events_of(refund)).count("refund.completed") == 1


async def test_webhook_without_our_reference_finds_the_refund_by_the_gateways_id(door: BackDoor) -> None:
    """8: nothing is adopted beside a refund of ours that has this id."""
    payment = await door.shop.capture()
    refund = await door.shop.refund(payment)
    await door.deliver(notice_of(payment, refund, "pending", gateway_refund_id="sbr_77"))

    status = await door.deliver(notice_of(payment, refund, reference=None, gateway_refund_id="sbr_77"))

    assert status == TAKEN
    assert (await door.refund_of(payment)).status is Status.COMPLETED


# --- created already succeeded -------------------------------------------------------------------


async def test_refund_that_is_created_already_succeeded_is_completed(door: BackDoor) -> None:
    """9: the first word may be the last one."""
    payment = await door.shop.capture()
    refund = await door.shop.refund(payment)

    status = await door.deliver(notice_of(payment, refund) | {"type": "refund.created"})

    assert status == TAKEN
    assert (await door.refund_of(payment)).status is Status.COMPLETED


async def test_refund_made_at_the_gateway_is_adopted_once(door: BackDoor) -> None:
    """9: a refund made in the gateway's dashboard is in the books, however often it is told of."""
    payment = await door.shop.capture(1_000)
    made_there = a_notice(
        reference=None, gateway_payment_id=payment.gateway_payment_id, amount=300, currency=payment.currency
    ) | {"type": "refund.created"}

    statuses = await asyncio.gather(*(door.deliver(made_there) for _ in range(12)))
    statuses.append(await door.deliver(made_there))

    present = await door.present(payment)
    assert set(statuses) == {TAKEN}
    assert [(refund.status, refund.amount) for refund in present.refunds] == [(Status.COMPLETED, 300)]
    assert present.refundable_amount == 700


async def test_more_than_is_left_is_not_adopted_and_is_delivered_again(door: BackDoor) -> None:
    """9: until there is room, the gateway's word is not taken, so that it is said again."""
    payment = await door.shop.capture(1_000)
    refund = await door.shop.refund(payment, 800)
    made_there = a_notice(
        reference=None, gateway_payment_id=payment.gateway_payment_id, amount=300, currency=payment.currency
    )

    first = await door.deliver(made_there)
    await door.shop.settle(payment, refund, ResultKind.REFUSED, "amount_exceeds_remaining")
    again = await door.deliver(made_there)

    assert (first, again) == (422, TAKEN)
    assert (await door.present(payment)).refunded_amount == 300


# --- order, repetition, strangers ----------------------------------------------------------------


async def test_webhook_that_comes_twice_is_counted_once(door: BackDoor) -> None:
    """10."""
    payment = await door.shop.capture()
    refund = await door.shop.refund(payment)

    statuses = await asyncio.gather(*(door.deliver(notice_of(payment, refund)) for _ in range(12)))

    assert set(statuses) == {TAKEN}
    assert (await door.events_of(refund)).count("refund.completed") == 1
    assert (await door.present(payment)).refunded_amount == refund.amount


@pytest.mark.parametrize("late", ["pending", "succeeded"])
async def test_older_word_that_comes_later_changes_nothing(door: BackDoor, late: str) -> None:
    """10, 12: by the gateway's own time the failure of a refund is its last word."""
    payment = await door.shop.capture()
    refund = await door.shop.refund(payment)

    await door.deliver(notice_of(payment, refund, "failed", raw_code="R02", updated_at="2025-03-01T12:00:01Z"))
    status = await door.deliver(notice_of(payment, refund, late, updated_at="2025-03-01T13:00:00.5+01:00"))

    present = await door.present(payment)
    assert (status, present.refunds[0].status) == (TAKEN, Status.FAILED)
    assert present.refundable_amount == payment.captured_amount


async def test_pending_that_comes_after_success_does_not_open_the_refund_again(door: BackDoor) -> None:
    """12: a final state is never overwritten by a status that was said before it."""
    payment = await door.shop.capture()
    refund = await door.shop.refund(payment)

    await door.deliver(notice_of(payment, refund))
    status = await door.deliver(notice_of(payment, refund, "pending"))

    present = await door.refund_of(payment)
    assert (status, present.status, present.due_at) == (TAKEN, Status.COMPLETED, None)


async def test_webhook_before_the_gateways_own_answer_counts_once(door: BackDoor) -> None:
    """10: the answer that comes after it is a repetition."""
    payment = await door.shop.capture()
    refund = await door.shop.refund(payment)

    await door.deliver(notice_of(payment, refund))
    await door.shop.settle(payment, refund)

    assert (await door.events_of(refund)).count("refund.completed") == 1
    assert (await door.present(payment)).refunded_amount == refund.amount


async def test_completed_refund_that_fails_days_later_gives_its_amount_back(door: BackDoor) -> None:
    """11: and the amount can be refunded again."""
    payment = await door.shop.capture(1_000)
    refund = await door.shop.refund(payment, 1_000)
    await door.shop.settle(payment, refund)

    status = await door.deliver(notice_of(payment, refund, "failed", raw_code="R02", gateway_refund_id=""))

    asked = await door.present(payment)
    assert (status, asked.refunds[0].status, asked.refundable_amount) == (TAKEN, Status.COMPLETED, 0)
    await door.shop.answer(payment, refund, ResultKind.FAILED, "account_closed")
    present = await door.present(payment)
    assert (present.refunds[0].status, present.refundable_amount) == (Status.REVERSED, 1_000)
    assert present.refunds[0].attempts[0].error_code == "account_closed"
    assert (await door.shop.refund(payment, 1_000)).status is Status.PROCESSING


async def test_reversed_refund_stays_so_whatever_is_said_again(door: BackDoor) -> None:
    """11, 12."""
    payment = await door.shop.capture()
    refund = await door.shop.refund(payment)
    for second, status in enumerate(("succeeded", "failed")):
        assert await door.deliver(notice_of(payment, refund, status, updated_at=_at(second))) == TAKEN
    await door.shop.answer(payment, refund, ResultKind.FAILED)
    for second, status in enumerate(("succeeded", "failed")):
        assert await door.deliver(notice_of(payment, refund, status, updated_at=_at(second))) == TAKEN

    present = await door.present(payment)
    assert (present.refunds[0].status, present.refunded_amount) == (Status.REVERSED, 0)


def _at(second: int) -> str:
    """A moment by the gateway's own clock."""
    return f"2025-03-01T12:00:{second:02}Z"


async def test_each_partial_refund_is_confirmed_by_its_own_webhook_until_nothing_is_left(door: BackDoor) -> None:
    """7: that others of its payment have ended before, or that all of it is given out, drops no confirmation."""
    payment = await door.shop.capture(1_000)
    for number, amount in enumerate((300, 300, 400)):
        refund = await door.shop.refund(payment, amount)
        notice = notice_of(payment, refund, gateway_refund_id=f"sbr_{number}")
        assert [await door.deliver(notice), await door.deliver(notice)] == [TAKEN, TAKEN]

    present = await door.present(payment)
    assert {refund.status for refund in present.refunds} == {Status.COMPLETED}
    assert (present.refunded_amount, present.reserved_amount) == (1_000, 0)


async def test_unknown_reference_is_not_found_and_nothing_is_stored(door: BackDoor) -> None:
    """10: neither taken nor adopted; a refund that is stored a moment later is found at the next delivery."""
    payment = await door.shop.capture()
    before = await door.present(payment)
    known = await door.shop.refund(await door.shop.capture())

    for reference in ("att_unknown", known.attempts[0].id[:-2] + "02", "att_" + "0" * 30, "x", "att_"):
        notice = a_notice(reference=reference, gateway_payment_id=payment.gateway_payment_id, currency="EUR")
        assert await door.deliver(notice) in (404, 422)

    assert await door.present(payment) == before


async def test_reference_of_another_payment_is_refused_and_neither_changes(door: BackDoor) -> None:
    """10: of another payment of the same merchant, and of another tenant's."""
    payment = await door.shop.capture()
    refund = await door.shop.refund(payment)
    for other in (await door.shop.capture(), await door.shop.capture(merchant_id="mer_9", bank="bnk_9")):
        other_refund = await door.shop.refund(other)
        mixed = notice_of(payment, refund) | {}
        mixed["data"] |= {"gateway_payment_id": other.gateway_payment_id}
        theirs = notice_of(payment, other_refund)

        statuses = [await door.deliver(mixed), await door.deliver(theirs)]

        assert statuses == [422, 422]
        assert (await door.refund_of(payment)).status is Status.PROCESSING
        assert (await door.refund_of(other)).status is Status.PROCESSING


async def test_refund_is_found_by_our_reference_where_the_payment_is_not_named(door: BackDoor) -> None:
    """8: our own reference says where it lives."""
    payment = await door.shop.capture()
    refund = await door.shop.refund(payment)

    assert await door.deliver(notice_of(payment, refund, gateway_payment_id="")) == TAKEN
    assert (await door.refund_of(payment)).status is Status.COMPLETED


async def test_unknown_payment_is_not_found(door: BackDoor) -> None:
    """10."""
    assert await door.deliver(a_notice(reference=None, gateway_payment_id="gp_nobody", currency="EUR")) == 404


async def test_word_on_another_amount_or_currency_is_refused(door: BackDoor) -> None:
    """10: it can only be of something else."""
    payment = await door.shop.capture()
    refund = await door.shop.refund(payment)

    statuses = [
        await door.deliver(notice_of(payment, refund, amount=refund.amount + 1)),
        await door.deliver(notice_of(payment, refund, currency="USD")),
    ]

    assert statuses == [422, 422]
    assert (await door.refund_of(payment)).status is Status.PROCESSING


async def test_webhook_of_another_object_changes_nothing_and_is_not_delivered_again(door: BackDoor) -> None:
    """10: a capture of the same payment succeeded as well, and is no refund."""
    payment = await door.shop.capture(1_000)
    capture = a_notice(reference=None, gateway_payment_id=payment.gateway_payment_id, amount=1_000, currency="EUR") | {
        "type": "payment.succeeded"
    }

    assert await door.deliver(capture) == TAKEN
    assert (await door.present(payment)).refunds == ()


async def test_webhook_of_another_object_is_refused(door: BackDoor) -> None:
    """10: under a kind that is of refunds, where what it tells of is none; it is kept for an operator instead."""
    payment = await door.shop.capture(1_000)
    told = {"payment_id": payment.gateway_payment_id, "status": "captured", "amount": 1_000, "currency": "EUR"}

    assert await door.deliver({"type": "refund.updated", "id": "sbe_1", "data": told}) == TAKEN
    assert (await door.present(payment)).refunds == ()


async def test_kinds_that_are_not_of_refunds_are_taken_counted_by_kind_and_said_once(door: BackDoor) -> None:
    """However many kinds there are, and however they are called, few labels are made of them."""
    kinds = ["dispute.created", "dispute.created", "x" * 200, "a b", "\x00", *(f"k.{n}" for n in range(60))]
    with capture_logs() as logged:
        statuses = [await door.deliver({"type": kind, "data": {"id": 7}}) for kind in kinds]

    async with door.session.get(f"{door.url}/metrics") as answer:
        lines = [line for line in (await answer.text()).splitlines() if line.startswith("refunds_gateway_webhooks_")]
    counted = [line for line in lines if "_ignored_total" in line]
    said = [line for line in logged if line["event"] == "webhook.ignored"]
    assert set(statuses) == {TAKEN}
    assert 'refunds_gateway_webhooks_ignored_total{gateway="sandbox",kind="dispute.created"} 2.0' in counted
    assert sum(float(line.split()[-1]) for line in counted) == len(kinds)
    assert len(counted) <= 33
    assert len(said) == len(counted)


async def test_right_signature_on_a_second_line_or_beside_a_broken_one_is_taken(door: BackDoor) -> None:
    payment = await door.shop.capture()
    headers, body = signed(notice_of(payment, await door.shop.refund(payment)), SECRET)
    right = headers["webhook-signature"]
    plain = [(name, value) for name, value in headers.items() if name != "webhook-signature"]

    for lines in (("v1,AAAA", right), ("v2", right), (right, "v1a,x  "), (f"v1,abc  {right}",), (f"v2 {right}",)):
        several = CIMultiDict([*plain, *(("webhook-signature", line) for line in lines)])
        assert await door.post(several, body) == TAKEN
    twice = CIMultiDict([*plain, ("webhook-signature", right), ("webhook-timestamp", headers["webhook-timestamp"])])
    assert await door.post(twice, body) == 422


async def test_delivery_is_taken_under_the_old_and_the_new_secret_while_one_is_exchanged(
    database: Database, mongodb_uri: str
) -> None:
    new = "whsec_" + "YSBuZXcgc2VjcmV0IG9mIHRoZSBnYXRld2F5"
    async with door_on(database, mongodb_uri, secrets=f"{SECRET} {new}") as door:
        payment = await door.shop.capture()
        notice = notice_of(payment, await door.shop.refund(payment))

        statuses = [await door.deliver(notice, secret=secret) for secret in (SECRET, new, f"whsec_{new[8:]}")]

        assert statuses == [TAKEN, TAKEN, 422]


async def test_stale_forged_and_unsigned_webhooks_are_refused(door: BackDoor) -> None:
    """10."""
    payment = await door.shop.capture()
    refund = await door.shop.refund(payment)
    notice = notice_of(payment, refund)
    headers, body = signed(notice, SECRET)

    statuses = [
        await door.deliver(notice, age_s=600),
        await door.deliver(notice, secret="whsec_" + "b3RoZXIgc2VjcmV0IGVudGlyZWx5"),
        await door.post({}, body),
        await door.post(headers, body.replace(b"succeeded", b"failed")),
    ]

    assert set(statuses) == {422}
    assert (await door.refund_of(payment)).status is Status.PROCESSING


async def test_refused_webhook_is_logged_without_what_it_said(door: BackDoor) -> None:
    payment = await door.shop.capture()
    notice = notice_of(payment, await door.shop.refund(payment))

    with capture_logs() as logged:
        await door.deliver(notice, age_s=600)
        await door.deliver(notice, gateway="other\n")

    assert [line for line in logged if line["event"] == "webhook.refused"] == [
        {"event": "webhook.refused", "log_level": "warning", "gateway": "sandbox", "error": "SignatureInvalid"},
        {"event": "webhook.refused", "log_level": "warning", "gateway": "unknown", "error": "NotFound"},
    ]


async def test_webhook_of_a_gateway_that_is_not_ours_is_not_found(door: BackDoor) -> None:
    payment = await door.shop.capture()
    refund = await door.shop.refund(payment)

    assert await door.deliver(notice_of(payment, refund), gateway="other") == 404


async def test_too_long_webhook_is_refused_by_its_length(door: BackDoor) -> None:
    assert await door.deliver(b"x" * 70_000) == 413


async def test_no_more_are_at_the_door_at_once_than_may(door: BackDoor) -> None:
    """A body that comes slowly holds a place; who finds none is told to come again."""
    slow, asked = asyncio.Event(), asyncio.Event()

    class SlowRequest:
        headers: ClassVar[Headers] = Headers({})

        async def body(self) -> bytes:
            asked.set()
            await slow.wait()
            return b""

    parts = door.parts
    record = RecordGatewayResult(
        payments=parts.payments, config_cache=parts.config_cache, clock=parts.clock, ids=parts.ids
    )
    at_the_door = WebhookEndpoint(
        gateways={"sandbox": ScriptedGateway()},
        record=record,
        metrics=GatewayMetrics(CollectorRegistry()),
        unread_webhooks=parts.unread_webhooks,
        clock=parts.clock,
        unbooked=UnbookedWebhooks(
            webhooks=parts.unread_webhooks,
            gateways={},
            book=BookKeptNotice(gateways={}, record=record),
            clock=parts.clock,
        ),
        at_once_max=1,
    )
    request: Any = SlowRequest()
    first = asyncio.create_task(at_the_door.take("sandbox", request))
    await asked.wait()

    with pytest.raises(Overloaded):
        await at_the_door.take("sandbox", request)

    slow.set()
    with pytest.raises(AssertionError):
        await first
    with pytest.raises(AssertionError):
        await at_the_door.take("sandbox", request)


async def test_webhooks_and_circuits_are_counted(door: BackDoor) -> None:
    payment = await door.shop.capture()
    refund = await door.shop.refund(payment)
    await door.deliver(notice_of(payment, refund))
    await door.deliver(notice_of(payment, refund), age_s=600)

    async with door.session.get(f"{door.url}/metrics") as answer:
        text = await answer.text()

    assert 'refunds_gateway_webhooks_total{gateway="sandbox",outcome="accepted"} 1.0' in text
    assert 'refunds_gateway_webhooks_total{gateway="sandbox",outcome="SignatureInvalid"} 1.0' in text
    assert 'refunds_gateway_circuit_open{gateway="sandbox",operation="submit"} 0.0' in text


# --- what could not be stored is not taken -------------------------------------------------------


class FailingPayments(MongoPaymentStore):
    """Fails as often as it is told to, before or after it has stored."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, SystemIds().write_token)
        self.before: list[Exception] = []
        self.after: list[Exception] = []

    async def change(self, *args: Any) -> Decision:
        """See the port, in good times."""
        if self.before:
            raise self.before.pop()
        decision = await super().change(*args)
        if self.after:
            raise self.after.pop()
        return decision


@pytest.mark.parametrize(
    ("error", "status"),
    [(StoreUnavailable(), 503), (OutcomeUnknown(), 503), (Overloaded(), 429), (ZeroDivisionError(), 500)],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize("moment", ["before", "after"])
async def test_webhook_that_could_not_be_stored_is_not_taken_so_that_it_is_sent_again(
    database: Database, mongodb_uri: str, error: Exception, status: int, moment: str
) -> None:
    """10: also where the write held although nobody could say so."""
    payments = FailingPayments(database)
    async with door_on(database, mongodb_uri, payments=payments) as door:
        payment = await door.shop.capture()
        refund = await door.shop.refund(payment)
        getattr(payments, moment).append(error)

        statuses = [await door.deliver(notice_of(payment, refund)) for _ in range(2)]

        assert statuses == [status, TAKEN]
        assert (await door.refund_of(payment)).status is Status.COMPLETED
        assert (await door.events_of(refund)).count("refund.completed") == 1


async def test_gateway_delivers_again_until_the_payment_is_there(
    database: Database, mongodb_uri: str, tmp_path: Path
) -> None:
    """10: the real sandbox, whose webhook comes before we know the payment; only our 2xx ends its deliveries."""
    port = free_port()
    webhooks = {"WEBHOOK_URL": f"http://127.0.0.1:{port}/webhooks/sandbox", "WEBHOOK_SECRET": SECRET}
    quick = {"WEBHOOK_BACKOFF_MIN_MS": "1", "WEBHOOK_BACKOFF_MAX_MS": "20"}
    with running(tmp_path / "books", **webhooks, **quick) as sandbox:
        async with door_on(database, mongodb_uri, port=port) as door:
            made = {"gateway_payment_id": "gp_0", "amount": 300, "currency": "EUR", "captured_amount": 1_000}
            assert sandbox.client.post("/dashboard/refunds", json=made).status_code == 201
            shop = Shop(database)
            payment = await shop.capture(1_000)

            assert payment.gateway_payment_id == "gp_0"
            assert await adopted(door, payment) == 300


async def adopted(door: BackDoor, payment: Payment) -> int:
    """What is refunded once anything is, waited for."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            present = await door.parts.payments.get(EVERYTHING, payment.id)
            if present.refunded_amount:
                return present.refunded_amount
            await asyncio.sleep(0.01)
