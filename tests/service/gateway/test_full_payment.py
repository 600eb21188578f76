"""A payment whose refunds take all the room of its document, on a real MongoDB: what is under way always ends."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.support.copies import replace
from tests.support.payments.payments import GATEWAY, LIMITS, NOW, a_payment, a_request, a_result, limits, seconds

from refunds.adapters.local.ids import SystemIds
from refunds.adapters.mongo.payments.commit_storage import DatabaseRefused
from refunds.adapters.mongo.payments.payments import MongoPaymentStore
from refunds.adapters.mongo.schema import PAYMENTS
from refunds.domain.attempt.external_refunds import record_external_refund
from refunds.domain.attempt.gateway_result import ResultKind
from refunds.domain.attempt.result_recording import record_gateway_result
from refunds.domain.errors import PaymentFull, RefundsError
from refunds.domain.payment.document_budget import CHECKED_FROM
from refunds.domain.payment.payment import (
    HISTORY_EVENTS_MAX,
    Decision,
    LineItem,
    NewEvent,
    Payment,
    Reason,
    Refund,
    RefundMethod,
    emit_events,
)
from refunds.domain.payment.states import Status
from refunds.domain.refund.lifecycle import cancel_refund, request_refund
from refunds.domain.tenancy import ALL_TENANTS
from refunds.ports.payments.payments import Decide

IDS = SystemIds()
LETTER = "\U0001f600"
LINES = tuple(LineItem(id=f"{n:03d}{LETTER * 61}", amount=int(n == 0), description=LETTER * 200) for n in range(100))
ROOMY = limits(refunds_per_payment_max=2_000)
DOCUMENT_BYTES_MAX = 16 * 1024 * 1024


@pytest.fixture
def store(database: AsyncDatabase[Any]) -> MongoPaymentStore:
    return MongoPaymentStore(database, IDS.write_token)


async def captured(store: MongoPaymentStore) -> Payment:
    payment_id = IDS.new("pay")
    payment, _ = await store.add(
        a_payment(10**9, id=payment_id, gateway_payment_id=f"gw_{payment_id}", idempotency_key=f"key_{payment_id}")
    )
    return payment


def asking(payment: Payment, amount: int, **request: Any) -> Decide:
    texts = {name: request.pop(name) for name in ("metadata", "reason") if name in request}
    command = replace(a_request(amount, payment=payment, key=IDS.write_token(), **request), **texts)
    return lambda present: request_refund(present, command, ROOMY, NOW)


def with_full_texts(payment: Payment, **request: Any) -> Decide:
    """A refund of 131 KB that holds no money."""
    metadata = {f"k{n:02d}": LETTER * 200 for n in range(20)}
    reason = Reason(code="other", text=LETTER * 500)
    return asking(payment, 1, line_items=LINES, metadata=metadata, reason=reason, **request)


def unchecked(decide: Decide) -> Decide:
    """As the version before decided: whatever room there is."""

    def decide_on(present: Payment) -> Decision:
        made = decide(replace(present, refunds=()))
        news = tuple(
            NewEvent(type=event.type, from_status=event.from_status, status=event.status)
            for event in made.payment.events
        )
        return emit_events(present, None, replace(made.refund, history_count=0), news, at=NOW, actor="usr_1")

    return decide_on


async def filled(store: MongoPaymentStore, payment: Payment, make: Callable[[], Decide]) -> tuple[list[str], Exception]:
    """(The refunds that were taken, what ended it.)"""
    taken: list[str] = []
    while True:
        try:
            taken.append((await store.change(ALL_TENANTS, payment.id, make())).refund.id)
        except (RefundsError, DatabaseRefused) as error:
            return taken, error


async def bytes_of(database: AsyncDatabase[Any], payment: Payment) -> int:
    """The size of its document."""
    cursor = await database[PAYMENTS].aggregate(
        [{"$match": {"_id": payment.id}}, {"$project": {"bytes": {"$bsonSize": "$$ROOT"}}}]
    )
    (found,) = await cursor.to_list()
    return int(found["bytes"])


async def ended_after(store: MongoPaymentStore, payment: Payment, refund: Refund, *, news: int) -> Refund:
    """The refund after so many news of its gateway, each written, and its success."""
    attempt_id, now = refund.attempts[0].id, NOW
    many = replace(ROOMY, gateway_attempts_max=20, gateway_wait_max_s=10**6)
    for number in range(news):
        kind = (ResultKind.UNKNOWN, ResultKind.PENDING)[number % 2]
        now += seconds(1)
        result = a_result(kind, code="gateway_unavailable", raw_code="r" * 64)
        await store.change(
            ALL_TENANTS,
            payment.id,
            lambda present, result=result, now=now: record_gateway_result(  # type: ignore[misc]
                present, attempt_id, result, many, now, GATEWAY
            ),
        )
    done = a_result(ResultKind.SUCCEEDED, gateway_refund_id=f"{attempt_id:i<128}", arn="7" * 128)
    decision = await store.change(
        ALL_TENANTS,
        payment.id,
        lambda present: record_gateway_result(present, attempt_id, done, many, now + seconds(1), GATEWAY),
    )
    return decision.refund


async def test_what_does_not_fit_is_refused_and_what_is_under_way_ends(
    store: MongoPaymentStore, database: AsyncDatabase[Any]
) -> None:
    payment = await captured(store)
    under_way = (await store.change(ALL_TENANTS, payment.id, asking(payment, 777))).refund

    _, refused = await filled(store, payment, lambda: with_full_texts(payment, is_submitted=False))
    _, refused_at_last = await filled(store, payment, lambda: asking(payment, 1, is_submitted=False))
    ended = await ended_after(store, payment, under_way, news=HISTORY_EVENTS_MAX)

    present = await store.get(ALL_TENANTS, payment.id)
    assert isinstance(refused, PaymentFull)
    assert isinstance(refused_at_last, PaymentFull)
    assert refused.refunds >= CHECKED_FROM
    assert ended.status is Status.COMPLETED
    assert (present.refunded_amount, present.reserved_amount) == (777, 0)
    assert await bytes_of(database, payment) < DOCUMENT_BYTES_MAX


async def test_canceled_drafts_make_room_and_the_rest_is_refundable_again(store: MongoPaymentStore) -> None:
    payment = await captured(store)
    drafts, _ = await filled(store, payment, lambda: with_full_texts(payment, is_submitted=False))
    for refund_id in drafts[:10]:
        await store.change(
            ALL_TENANTS,
            payment.id,
            lambda present, refund_id=refund_id: cancel_refund(present, refund_id, NOW, "usr_1"),
        )

    rest = await store.change(ALL_TENANTS, payment.id, asking(payment, 10**9))

    assert rest.refund.status in (Status.PROCESSING, Status.PENDING_APPROVAL)


@pytest.mark.parametrize("is_draft", [True, False], ids=["drafts", "refused"])
async def test_payment_that_an_earlier_version_filled_to_the_last_byte_lets_what_is_under_way_end(
    store: MongoPaymentStore, database: AsyncDatabase[Any], is_draft: bool
) -> None:
    payment = await captured(store)
    request: dict[str, Any] = {"is_submitted": False} if is_draft else {"method": RefundMethod.BALANCE}
    under_way = (await store.change(ALL_TENANTS, payment.id, asking(payment, 777))).refund
    await filled(store, payment, lambda: unchecked(with_full_texts(payment, **request)))
    await filled(store, payment, lambda: unchecked(asking(payment, 1, **request)))
    before = await bytes_of(database, payment)

    ended = await ended_after(store, payment, under_way, news=5)

    assert before > DOCUMENT_BYTES_MAX - 100_000
    assert ended.status is Status.COMPLETED
    assert (await store.get(ALL_TENANTS, payment.id)).refunded_amount == 777


async def test_external_refunds_are_recorded_as_long_as_they_fit(store: MongoPaymentStore) -> None:
    payment = await captured(store)
    await filled(store, payment, lambda: with_full_texts(payment, is_submitted=False))
    numbers = count()

    def adopting() -> Decide:
        result = a_result(
            ResultKind.SUCCEEDED, amount=5, currency="EUR", gateway_refund_id=f"g_{next(numbers)}", arn="7" * 128
        )
        refund_id = IDS.refund_id(payment.id, payment.merchant_id)
        return lambda present: record_external_refund(present, refund_id, result, "EUR", LIMITS, NOW, GATEWAY)

    adopted, refused = await filled(store, payment, adopting)

    assert isinstance(refused, PaymentFull)
    assert refused.pointer == "/data/gateway_payment_id"
    assert (await store.get(ALL_TENANTS, payment.id)).refunded_amount == 5 * len(adopted)
