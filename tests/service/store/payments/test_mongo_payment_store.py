"""The payment store on a real MongoDB: no money too much, no refund twice, no false word, whatever happens at once."""

from collections import Counter
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import WriteError
from tests.service.store.payments.payment_store_steps import BOTH_KINDS, IDS, asking, outcomes, refunded, stored_payment
from tests.support.copies import replace
from tests.support.payments.payments import LIMITS, NOW, a_request

from refunds.adapters.mongo.payments.commit_storage import DatabaseRefused
from refunds.adapters.mongo.payments.payment_commits import CommitLimits
from refunds.adapters.mongo.payments.payments import MongoPaymentStore
from refunds.domain.errors import (
    AmountExceedsRefundable,
    Overloaded,
    PaymentNotFound,
    RefundNotFound,
)
from refunds.domain.payment.payment import Decision, DisputeState, Payment
from refunds.domain.refund.lifecycle import request_refund
from refunds.domain.tenancy import ALL_TENANTS, Scope

# --- too much money ------------------------------------------------------------------------------


async def test_of_64_refunds_of_60_on_a_payment_of_100_exactly_one_succeeds(store: MongoPaymentStore) -> None:
    payment = await stored_payment(store, 100)

    found = await outcomes(refunded(store, payment) for _ in range(64))

    assert Counter(type(outcome) for outcome in found) == {Decision: 1, AmountExceedsRefundable: 63}
    after = await store.get(ALL_TENANTS, payment.id)
    assert (after.reserved_amount, len(after.refunds), after.version) == (60, 1, 2)


@BOTH_KINDS
async def test_of_64_refunds_of_60_by_two_processes_exactly_one_succeeds(
    two_stores: tuple[MongoPaymentStore, MongoPaymentStore],
) -> None:
    payment = await stored_payment(two_stores[0], 100)

    found = await outcomes(refunded(two_stores[number % 2], payment) for number in range(64))

    assert Counter(type(outcome) for outcome in found) == {Decision: 1, AmountExceedsRefundable: 63}
    assert (await two_stores[0].get(ALL_TENANTS, payment.id)).reserved_amount == 60


@BOTH_KINDS
async def test_two_processes_give_out_the_captured_amount_to_the_last_unit_and_not_beyond(
    two_stores: tuple[MongoPaymentStore, MongoPaymentStore],
) -> None:
    payment = await stored_payment(two_stores[0], 50)

    found = await outcomes(refunded(two_stores[number % 2], payment, 1) for number in range(80))

    given = [outcome for outcome in found if isinstance(outcome, Decision)]
    after = await two_stores[1].get(ALL_TENANTS, payment.id)
    assert (len(given), len(after.refunds), after.reserved_amount) == (50, 50, 50)
    assert {decision.refund.id for decision in given} == {refund.id for refund in after.refunds}


async def test_the_database_refuses_an_over_refund_that_is_written_behind_the_domains_back(
    store: MongoPaymentStore, documents: Any
) -> None:
    payment = await stored_payment(store, 100)
    await refunded(store, payment, 60)

    for change in (
        {"$set": {"refunded_amount": 41}},
        {"$set": {"reserved_amount": 101}},
        {"$set": {"captured_amount": 59}},
        {"$set": {"reserved_amount": -1}},
        {"$set": {"reserved_amount": 60.5}},
        {"$unset": {"refunded_amount": ""}},
    ):
        with pytest.raises(WriteError) as refused:
            await documents.update_one({"_id": payment.id}, change)
        assert refused.value.code == 121


async def test_the_database_refuses_one_key_twice_inside_one_payment(store: MongoPaymentStore, documents: Any) -> None:
    payment = await stored_payment(store, 100)
    await refunded(store, payment, 10)
    document = await documents.find_one({"_id": payment.id})

    with pytest.raises(WriteError) as refused:
        await documents.update_one({"_id": payment.id}, {"$set": {"refunds.1": document["refunds"][0]}})

    assert refused.value.code == 121


# --- each its own outcome ------------------------------------------------------------------------


@BOTH_KINDS
async def test_commands_of_one_payment_that_fly_together_have_each_their_own_outcome(store: MongoPaymentStore) -> None:
    payment = await stored_payment(store, 100)

    found = await outcomes(refunded(store, payment, amount) for amount in (50, 60, 0, 50, 1))

    kinds = [type(outcome).__name__ for outcome in found]
    assert kinds == ["Decision", "AmountExceedsRefundable", "AmountNotPositive", "Decision", "NothingLeftToRefund"]


@BOTH_KINDS
async def test_a_decision_that_breaks_fails_alone(store: MongoPaymentStore) -> None:
    payment, other = await stored_payment(store, 100), await stored_payment(store, 100)

    def broken(payment: Payment) -> Decision:
        raise ZeroDivisionError

    found = await outcomes(
        [
            refunded(store, payment, 10),
            store.change(ALL_TENANTS, payment.id, broken),
            refunded(store, payment, 20),
            refunded(store, other, 30),
        ]
    )

    assert [type(outcome) for outcome in found] == [Decision, ZeroDivisionError, Decision, Decision]
    assert (await store.get(ALL_TENANTS, payment.id)).reserved_amount == 30


@BOTH_KINDS
async def test_a_refund_that_cannot_be_stored_fails_alone(store: MongoPaymentStore) -> None:
    payment, other = await stored_payment(store, 100), await stored_payment(store, 100)

    found = await outcomes([refunded(store, payment, 10, key="half a character: \ud800"), refunded(store, other, 20)])

    assert isinstance(found[0], Exception)
    assert isinstance(found[1], Decision)
    assert (await store.get(ALL_TENANTS, other.id)).reserved_amount == 20
    assert (await store.get(ALL_TENANTS, payment.id)).refunds == ()


async def test_a_payment_that_is_not_there_or_not_in_scope_is_not_found(store: MongoPaymentStore) -> None:
    payment = await stored_payment(store, 100)
    refund = (await refunded(store, payment, 10)).refund
    foreign = Scope(node_id="mer_2")

    with pytest.raises(PaymentNotFound):
        await store.change(ALL_TENANTS, "pay_none", asking(a_request(10)))
    with pytest.raises(PaymentNotFound):
        await store.change(foreign, payment.id, asking(a_request(10)))
    with pytest.raises(PaymentNotFound):
        await store.get(foreign, payment.id)
    with pytest.raises(PaymentNotFound):
        await store.get_written(foreign, payment.id)
    with pytest.raises(RefundNotFound):
        await store.get_by_refund(foreign, refund.id)
    with pytest.raises(PaymentNotFound):
        await store.get_by_gateway_id(foreign, "sandbox", payment.gateway_payment_id)
    assert await store.get_by_key(foreign, payment.merchant_id, refund.idempotency_key) is None


async def test_a_payment_is_found_by_refund_by_key_and_by_the_gateways_id(store: MongoPaymentStore) -> None:
    payment = await stored_payment(store, 100)
    refund = (await refunded(store, payment, 10)).refund

    found = [
        await store.get_by_refund(ALL_TENANTS, refund.id),
        await store.get_by_key(ALL_TENANTS, payment.merchant_id, refund.idempotency_key),
        await store.get_by_gateway_id(ALL_TENANTS, "sandbox", payment.gateway_payment_id),
        await store.get_written(ALL_TENANTS, payment.id),
        await store.get(ALL_TENANTS, payment.id),
    ]

    assert len({(p.id, p.version, p.refunds) for p in found if p is not None}) == 1


async def test_a_full_queue_refuses_at_once_and_stores_nothing_of_it(database: AsyncDatabase[Any]) -> None:
    store = MongoPaymentStore(database, IDS.write_token, CommitLimits(waiting_max=8))
    payment = await stored_payment(store, 100)

    found = await outcomes(refunded(store, payment, 1) for _ in range(20))

    given = sum(isinstance(outcome, Decision) for outcome in found)
    assert {type(outcome) for outcome in found} == {Decision, Overloaded}
    assert (await store.get(ALL_TENANTS, payment.id)).reserved_amount == given >= 8


async def test_a_decision_on_a_version_that_was_rolled_back_is_not_written_on_another_of_the_same_number(
    store: MongoPaymentStore, two_stores: tuple[MongoPaymentStore, MongoPaymentStore], documents: Any
) -> None:
    payment = await stored_payment(store, 100)
    before = await documents.find_one({"_id": payment.id})
    await refunded(store, payment, 70)
    await documents.replace_one({"_id": payment.id}, before)  # a failover takes the write away, and another is first
    survivor = (await refunded(two_stores[0], payment, 60)).refund

    ours = (await refunded(store, payment, 30)).refund

    after = await store.get(ALL_TENANTS, payment.id)
    assert ([refund.id for refund in after.refunds], after.reserved_amount) == ([survivor.id, ours.id], 90)


@BOTH_KINDS
async def test_a_mistake_of_the_domain_is_stopped_by_the_database_and_fails_alone(store: MongoPaymentStore) -> None:
    payment, other = await stored_payment(store, 100), await stored_payment(store, 100)

    def mistaken(present: Payment) -> Decision:
        decision = request_refund(present, a_request(60), LIMITS, NOW)
        return replace(decision, payment=replace(decision.payment, reserved_amount=101))

    found = await outcomes(
        [
            refunded(store, payment, 10),
            store.change(ALL_TENANTS, payment.id, mistaken),
            refunded(store, payment, 20),
            refunded(store, other, 30),
        ]
    )

    assert [type(outcome) for outcome in found] == [Decision, DatabaseRefused, Decision, Decision]
    assert (await store.get(ALL_TENANTS, payment.id)).reserved_amount == 30


async def test_payment_that_lost_all_its_races_is_answered_as_overloaded_and_others_are_answered(
    database: AsyncDatabase[Any],
) -> None:
    patient = MongoPaymentStore(database, IDS.write_token)
    hasty = MongoPaymentStore(database, IDS.write_token, CommitLimits(rounds_max=1))
    raced, calm = await stored_payment(patient, 100), await stored_payment(patient, 100)
    await refunded(hasty, raced, 1)
    await refunded(patient, raced, 2)

    found = await outcomes([refunded(hasty, raced, 4), refunded(hasty, calm, 8)])
    again = await refunded(hasty, raced, 16)

    assert [type(outcome) for outcome in found] == [Overloaded, Decision]
    assert again.payment.reserved_amount == 19


async def test_a_payment_with_many_refunds_is_decided_on_from_the_store_and_not_kept_in_memory(
    database: AsyncDatabase[Any],
) -> None:
    store = MongoPaymentStore(database, IDS.write_token, CommitLimits(cached_refunds_max=2, cached_payments_max=1))
    big, small = await stored_payment(store, 100), await stored_payment(store, 100)

    for _ in range(4):
        await refunded(store, big, 10)
        await refunded(store, small, 1)

    assert (await store.get_written(ALL_TENANTS, big.id)).reserved_amount == 40
    assert (await store.get_written(ALL_TENANTS, small.id)).reserved_amount == 4


async def test_a_payment_that_grew_in_another_process_is_decided_on_as_it_is_and_not_as_it_was_in_memory(
    database: AsyncDatabase[Any],
) -> None:
    store = MongoPaymentStore(database, IDS.write_token, CommitLimits(cached_refunds_max=2))
    other = MongoPaymentStore(database, IDS.write_token)
    payment = await stored_payment(store, 100)
    await refunded(store, payment, 10)
    for _ in range(3):
        latest = (await refunded(other, payment, 10)).refund

    def repeated(present: Payment) -> Decision:
        return Decision(payment=replace(present, dispute=DisputeState.OPEN), refund=present.refund(latest.id))

    decision = await store.change(ALL_TENANTS, payment.id, repeated)

    assert decision.refund == latest
    assert (await store.get_written(ALL_TENANTS, payment.id)).reserved_amount == 40


async def test_dispute_is_stored_with_the_decision_that_records_it(store: MongoPaymentStore) -> None:
    payment = await stored_payment(store, 100)
    refund = (await refunded(store, payment, 10)).refund

    def disputed(present: Payment) -> Decision:
        return Decision(payment=replace(present, dispute=DisputeState.OPEN), refund=present.refund(refund.id))

    await store.change(ALL_TENANTS, payment.id, disputed)

    assert (await store.get(ALL_TENANTS, payment.id)).dispute is DisputeState.OPEN
