"""Payments recorded in the store on MongoDB: repeats, clashes, and the history that a payment keeps."""

import asyncio
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from tests.service.store.payments.payment_store_steps import (
    BOTH_KINDS,
    asking,
    new_payment,
    outcomes,
    refunded,
    stored_payment,
)
from tests.support.payments.payments import GATEWAY, LIMITS, NOW, a_request, a_result

from refunds.adapters.mongo.payments.commit_storage import DatabaseRefused
from refunds.adapters.mongo.payments.payments import MongoPaymentStore
from refunds.domain.attempt.result_recording import ResultKind, record_gateway_result
from refunds.domain.errors import (
    AlreadyExists,
    KeyReused,
    RefundsError,
)
from refunds.domain.payment.payment import HISTORY_EVENTS_MAX
from refunds.domain.refund.lifecycle import cancel_refund
from refunds.domain.tenancy import ALL_TENANTS

pytestmark = BOTH_KINDS

# --- payments in ---------------------------------------------------------------------------------


async def test_payment_that_is_named_twice_is_stored_once(store: MongoPaymentStore) -> None:
    payment = new_payment()

    found = await asyncio.gather(*(store.add(payment) for _ in range(20)))

    assert Counter(is_repeat for _, is_repeat in found) == {False: 1, True: 19}


async def test_a_repeat_under_a_fresh_id_is_answered_with_the_first(store: MongoPaymentStore) -> None:
    first, _ = await store.add(new_payment(idempotency_key="k"))

    again, is_repeat = await store.add(new_payment(idempotency_key="k"))

    assert (again.id, is_repeat) == (first.id, True)


async def test_the_same_payment_key_with_another_body_is_refused(store: MongoPaymentStore) -> None:
    await store.add(new_payment(idempotency_key="k"))

    with pytest.raises(KeyReused):
        await store.add(new_payment(idempotency_key="k", fingerprint="other"))


async def test_an_id_or_a_capture_that_is_recorded_already_is_a_conflict_that_names_its_field(
    store: MongoPaymentStore,
) -> None:
    payment = await stored_payment(store)

    with pytest.raises(AlreadyExists) as same_id:
        await store.add(new_payment(id=payment.id))
    with pytest.raises(AlreadyExists) as same_capture:
        await store.add(new_payment(gateway_payment_id=payment.gateway_payment_id))

    assert (same_id.value.pointer, same_capture.value.pointer) == ("/id", "/gateway_payment_id")


async def test_a_clash_does_not_take_down_the_payments_that_flew_with_it(store: MongoPaymentStore) -> None:
    payment = await stored_payment(store)
    clashing = new_payment(gateway_payment_id=payment.gateway_payment_id)

    found = await outcomes(store.add(one) for one in (new_payment(), clashing, new_payment()))

    assert [type(outcome) for outcome in found] == [tuple, AlreadyExists, tuple]


async def test_a_payment_that_cannot_be_stored_fails_alone(store: MongoPaymentStore) -> None:
    found = await outcomes(store.add(one) for one in (new_payment(), new_payment(currency="eur"), new_payment()))

    assert [type(outcome) for outcome in found] == [tuple, DatabaseRefused, tuple]


async def test_a_payment_that_cannot_be_written_down_fails_alone(store: MongoPaymentStore) -> None:
    broken = new_payment(customer_id="half a character: \ud800")

    found = await outcomes(store.add(one) for one in (new_payment(), broken, new_payment()))

    assert [isinstance(outcome, tuple) for outcome in found] == [True, False, True]
    assert not isinstance(found[1], RefundsError)


# --- history -------------------------------------------------------------------------------------


async def test_a_history_keeps_the_latest_32_events_and_counts_all(store: MongoPaymentStore) -> None:
    payment = await stored_payment(store, 100)
    refund = (await refunded(store, payment, 10)).refund
    kinds = [ResultKind.UNKNOWN, ResultKind.PENDING]

    for number in range(40):
        result = a_result(kinds[number % 2])
        await store.change(
            ALL_TENANTS,
            payment.id,
            lambda present, result=result: record_gateway_result(
                present, refund.attempts[0].id, result, LIMITS, NOW, GATEWAY
            ),
        )

    history = await store.history(ALL_TENANTS, refund.id)
    after = (await store.get(ALL_TENANTS, payment.id)).refund(refund.id)
    assert (len(history), after.history_count) == (HISTORY_EVENTS_MAX, 42)
    assert [event.status for event in history[-2:]] == ["unknown", "gateway_pending"]
    assert [earlier.status for earlier in history[1:]] == [later.from_status for later in history[2:]] + [
        "gateway_pending"
    ]


async def test_many_events_of_one_flight_are_kept_in_order_and_bounded(store: MongoPaymentStore) -> None:
    payment = await stored_payment(store, 100)
    refund = (await refunded(store, payment, 10)).refund

    def settle(number: int) -> Any:
        result = a_result([ResultKind.UNKNOWN, ResultKind.PENDING][number % 2])
        return store.change(
            ALL_TENANTS,
            payment.id,
            lambda present: record_gateway_result(present, refund.attempts[0].id, result, LIMITS, NOW, GATEWAY),
        )

    await asyncio.gather(*(settle(number) for number in range(60)))

    history = await store.history(ALL_TENANTS, refund.id)
    assert len(history) == HISTORY_EVENTS_MAX
    assert all(later.from_status == earlier.status for earlier, later in pairwise(history))
    assert len({event.id for event in history}) == HISTORY_EVENTS_MAX


async def test_a_refund_made_and_canceled_in_one_flight_keeps_both_events(store: MongoPaymentStore) -> None:
    payment = await stored_payment(store, 100)
    command = a_request(10, payment=payment, is_submitted=False)

    await asyncio.gather(
        store.change(ALL_TENANTS, payment.id, asking(command)),
        store.change(ALL_TENANTS, payment.id, lambda p: cancel_refund(p, command.refund_id, NOW, "usr")),
    )

    history = await store.history(ALL_TENANTS, command.refund_id)
    assert [event.status for event in history] == ["draft", "canceled"]
