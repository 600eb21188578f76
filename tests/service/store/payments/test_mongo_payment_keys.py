"""Idempotency keys on the payment store on MongoDB: one key is one refund, however often and wherever it comes."""

import asyncio

import pytest
from tests.service.store.payments.payment_store_steps import BOTH_KINDS, outcomes, refunded, stored_payment
from tests.support.payments.payments import GATEWAY, LIMITS, NOW, a_result, shown

from refunds.adapters.mongo.payments.payments import MongoPaymentStore
from refunds.domain.attempt.result_recording import ResultKind, record_gateway_result
from refunds.domain.errors import (
    AlreadyExists,
    KeyReused,
)
from refunds.domain.payment.payment import Decision
from refunds.domain.payment.states import Status
from refunds.domain.tenancy import ALL_TENANTS

pytestmark = BOTH_KINDS

# --- one key, one refund -------------------------------------------------------------------------


async def test_a_thousand_requests_with_one_key_are_one_refund_and_one_answer(store: MongoPaymentStore) -> None:
    payment = await stored_payment(store, 100)

    found = await asyncio.gather(*(refunded(store, payment, 10, key="k") for _ in range(1000)))

    assert len({decision.refund.id for decision in found}) == 1
    assert sum(not decision.replayed for decision in found) == 1
    assert (await store.get(ALL_TENANTS, payment.id)).reserved_amount == 10


async def test_a_thousand_requests_with_one_key_at_two_processes_are_one_refund(
    two_stores: tuple[MongoPaymentStore, MongoPaymentStore],
) -> None:
    payment = await stored_payment(two_stores[0], 100)

    found = await asyncio.gather(*(refunded(two_stores[number % 2], payment, 10, key="k") for number in range(1000)))

    assert len({decision.refund.id for decision in found}) == 1
    assert (await two_stores[0].get(ALL_TENANTS, payment.id)).reserved_amount == 10


async def test_the_same_key_with_another_body_is_refused(store: MongoPaymentStore) -> None:
    payment = await stored_payment(store, 100)
    await refunded(store, payment, 10, key="k")

    with pytest.raises(KeyReused):
        await refunded(store, payment, 10, key="k", body="other")


async def test_a_key_of_another_payment_of_the_same_merchant_is_refused_and_holds_nothing(
    store: MongoPaymentStore,
) -> None:
    first, second = await stored_payment(store, 100), await stored_payment(store, 100)
    await refunded(store, first, 10, key="k")

    with pytest.raises(AlreadyExists):
        await refunded(store, second, 10, key="k")

    assert (await store.get(ALL_TENANTS, second.id)).refunds == ()


async def test_a_refused_key_does_not_take_down_the_requests_that_flew_with_it(store: MongoPaymentStore) -> None:
    first, second = await stored_payment(store, 100), await stored_payment(store, 100)
    await refunded(store, first, 10, key="k")

    found = await outcomes(
        [refunded(store, second, 10), refunded(store, second, 20, key="k"), refunded(store, second, 30)]
    )

    assert [type(outcome) for outcome in found] == [Decision, AlreadyExists, Decision]
    assert (await store.get(ALL_TENANTS, second.id)).reserved_amount == 40


async def test_another_merchant_may_use_the_same_key(store: MongoPaymentStore) -> None:
    ours = await stored_payment(store, 100)
    theirs = await stored_payment(store, 100, merchant_id="mer_2", path=("platform", "bnk_1", "mer_2"))
    await refunded(store, ours, 10, key="k")

    decision = await refunded(store, theirs, 10, key="k")

    assert not decision.replayed


async def test_after_a_failure_the_same_key_gives_the_first_answer_and_pays_nothing_again(
    store: MongoPaymentStore,
) -> None:
    payment = await stored_payment(store, 100)
    refund = (await refunded(store, payment, 60, key="k")).refund
    attempt_id = refund.attempts[0].id
    await store.change(
        ALL_TENANTS,
        payment.id,
        lambda present: record_gateway_result(
            present, attempt_id, a_result(ResultKind.REFUSED, code="declined"), LIMITS, NOW, GATEWAY
        ),
    )

    again = await refunded(store, payment, 60, key="k")

    assert again.replayed
    assert shown(again.refund) == shown(refund)
    stands = (await store.get(ALL_TENANTS, payment.id)).refunds
    assert [(one.id, one.status) for one in stands] == [(refund.id, Status.FAILED)]
