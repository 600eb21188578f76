"""The payment store on a real MongoDB: no money too much, no refund twice, no false word, whatever happens at once."""

import asyncio
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import WriteError
from tests.support.payments.payments import GATEWAY, LIMITS, NOW, a_payment, a_request, a_result, limits, seconds, shown

from refunds.adapters.local.ids import SystemIds
from refunds.adapters.mongo.payments.payment_commits import CommitLimits
from refunds.adapters.mongo.payments.payment_writes import DatabaseRefused
from refunds.adapters.mongo.payments.payments import MongoPaymentStore
from refunds.adapters.mongo.schema import PAYMENTS
from refunds.domain.attempt.result_recording import ResultKind, begin_step, record_gateway_result
from refunds.domain.errors import (
    AlreadyExists,
    AmountExceedsRefundable,
    KeyReused,
    Overloaded,
    PaymentNotFound,
    RefundNotFound,
    RefundsError,
)
from refunds.domain.payment.payment import HISTORY_EVENTS_MAX, Decision, DisputeState, Payment, Work
from refunds.domain.payment.states import Status
from refunds.domain.refund.lifecycle import RequestRefund, cancel_refund, request_refund
from refunds.domain.tenancy import EVERYTHING, Scope

IDS = SystemIds()


def new_payment(captured_amount: int = 100, **changed: object) -> Payment:
    payment_id = IDS.new("pay")
    fields: dict[str, object] = {
        "id": payment_id,
        "gateway_payment_id": f"gw_{payment_id}",
        "idempotency_key": f"key_{payment_id}",
    }
    return a_payment(captured_amount, **(fields | changed))


def asking(command: RequestRefund, within: Any = LIMITS) -> Any:
    return lambda payment: request_refund(payment, command, within, NOW)


async def stored_payment(store: MongoPaymentStore, captured_amount: int = 100, **changed: object) -> Payment:
    payment, _ = await store.add(new_payment(captured_amount, **changed))
    return payment


async def refunded(store: MongoPaymentStore, payment: Payment, amount: int | None = 60, **request: Any) -> Decision:
    return await store.change(EVERYTHING, payment.id, asking(a_request(amount, payment=payment, **request)))


async def outcomes(changes: Any) -> list[Decision | BaseException]:
    return await asyncio.gather(*changes, return_exceptions=True)


@pytest.fixture
def store(database: AsyncDatabase[Any]) -> MongoPaymentStore:
    return MongoPaymentStore(database, IDS.write_token)


@pytest.fixture
def two_stores(database: AsyncDatabase[Any]) -> tuple[MongoPaymentStore, MongoPaymentStore]:
    """As two processes on one database."""
    return MongoPaymentStore(database, IDS.write_token), MongoPaymentStore(database, IDS.write_token)


@pytest.fixture
def documents(database: AsyncDatabase[Any]) -> Any:
    """The collection, for what is done behind the store's back."""
    return database[PAYMENTS]


# --- too much money ------------------------------------------------------------------------------


async def test_of_64_refunds_of_60_on_a_payment_of_100_exactly_one_succeeds(store: MongoPaymentStore) -> None:
    payment = await stored_payment(store, 100)

    found = await outcomes(refunded(store, payment) for _ in range(64))

    assert Counter(type(outcome) for outcome in found) == {Decision: 1, AmountExceedsRefundable: 63}
    after = await store.get(EVERYTHING, payment.id)
    assert (after.reserved_amount, len(after.refunds), after.version) == (60, 1, 2)


async def test_of_64_refunds_of_60_by_two_processes_exactly_one_succeeds(
    two_stores: tuple[MongoPaymentStore, MongoPaymentStore],
) -> None:
    payment = await stored_payment(two_stores[0], 100)

    found = await outcomes(refunded(two_stores[number % 2], payment) for number in range(64))

    assert Counter(type(outcome) for outcome in found) == {Decision: 1, AmountExceedsRefundable: 63}
    assert (await two_stores[0].get(EVERYTHING, payment.id)).reserved_amount == 60


async def test_two_processes_give_out_the_captured_amount_to_the_last_unit_and_not_beyond(
    two_stores: tuple[MongoPaymentStore, MongoPaymentStore],
) -> None:
    payment = await stored_payment(two_stores[0], 50)

    found = await outcomes(refunded(two_stores[number % 2], payment, 1) for number in range(80))

    given = [outcome for outcome in found if isinstance(outcome, Decision)]
    after = await two_stores[1].get(EVERYTHING, payment.id)
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


# --- one key, one refund -------------------------------------------------------------------------


async def test_a_thousand_requests_with_one_key_are_one_refund_and_one_answer(store: MongoPaymentStore) -> None:
    payment = await stored_payment(store, 100)

    found = await asyncio.gather(*(refunded(store, payment, 10, key="k") for _ in range(1000)))

    assert len({decision.refund.id for decision in found}) == 1
    assert sum(not decision.replayed for decision in found) == 1
    assert (await store.get(EVERYTHING, payment.id)).reserved_amount == 10


async def test_a_thousand_requests_with_one_key_at_two_processes_are_one_refund(
    two_stores: tuple[MongoPaymentStore, MongoPaymentStore],
) -> None:
    payment = await stored_payment(two_stores[0], 100)

    found = await asyncio.gather(*(refunded(two_stores[number % 2], payment, 10, key="k") for number in range(1000)))

    assert len({decision.refund.id for decision in found}) == 1
    assert (await two_stores[0].get(EVERYTHING, payment.id)).reserved_amount == 10


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

    assert (await store.get(EVERYTHING, second.id)).refunds == ()


async def test_a_refused_key_does_not_take_down_the_requests_that_flew_with_it(store: MongoPaymentStore) -> None:
    first, second = await stored_payment(store, 100), await stored_payment(store, 100)
    await refunded(store, first, 10, key="k")

    found = await outcomes(
        [refunded(store, second, 10), refunded(store, second, 20, key="k"), refunded(store, second, 30)]
    )

    assert [type(outcome) for outcome in found] == [Decision, AlreadyExists, Decision]
    assert (await store.get(EVERYTHING, second.id)).reserved_amount == 40


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
        EVERYTHING,
        payment.id,
        lambda present: record_gateway_result(
            present, attempt_id, a_result(ResultKind.REFUSED, code="declined"), LIMITS, NOW, GATEWAY
        ),
    )

    again = await refunded(store, payment, 60, key="k")

    assert again.replayed
    assert shown(again.refund) == shown(refund)
    stands = (await store.get(EVERYTHING, payment.id)).refunds
    assert [(one.id, one.status) for one in stands] == [(refund.id, Status.FAILED)]


# --- each its own outcome ------------------------------------------------------------------------


async def test_commands_of_one_payment_that_fly_together_have_each_their_own_outcome(store: MongoPaymentStore) -> None:
    payment = await stored_payment(store, 100)

    found = await outcomes(refunded(store, payment, amount) for amount in (50, 60, 0, 50, 1))

    kinds = [type(outcome).__name__ for outcome in found]
    assert kinds == ["Decision", "AmountExceedsRefundable", "AmountNotPositive", "Decision", "AmountExceedsRefundable"]


async def test_a_decision_that_breaks_fails_alone(store: MongoPaymentStore) -> None:
    payment, other = await stored_payment(store, 100), await stored_payment(store, 100)

    def broken(payment: Payment) -> Decision:
        raise ZeroDivisionError

    found = await outcomes(
        [
            refunded(store, payment, 10),
            store.change(EVERYTHING, payment.id, broken),
            refunded(store, payment, 20),
            refunded(store, other, 30),
        ]
    )

    assert [type(outcome) for outcome in found] == [Decision, ZeroDivisionError, Decision, Decision]
    assert (await store.get(EVERYTHING, payment.id)).reserved_amount == 30


async def test_a_refund_that_cannot_be_stored_fails_alone(store: MongoPaymentStore) -> None:
    payment, other = await stored_payment(store, 100), await stored_payment(store, 100)

    found = await outcomes([refunded(store, payment, 10, key="half a character: \ud800"), refunded(store, other, 20)])

    assert isinstance(found[0], Exception)
    assert isinstance(found[1], Decision)
    assert (await store.get(EVERYTHING, other.id)).reserved_amount == 20
    assert (await store.get(EVERYTHING, payment.id)).refunds == ()


async def test_a_payment_that_is_not_there_or_not_in_scope_is_not_found(store: MongoPaymentStore) -> None:
    payment = await stored_payment(store, 100)
    refund = (await refunded(store, payment, 10)).refund
    foreign = Scope(node_id="mer_2")

    with pytest.raises(PaymentNotFound):
        await store.change(EVERYTHING, "pay_none", asking(a_request(10)))
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
        await store.get_by_refund(EVERYTHING, refund.id),
        await store.get_by_key(EVERYTHING, payment.merchant_id, refund.idempotency_key),
        await store.get_by_gateway_id(EVERYTHING, "sandbox", payment.gateway_payment_id),
        await store.get_written(EVERYTHING, payment.id),
        await store.get(EVERYTHING, payment.id),
    ]

    assert len({(p.id, p.version, p.refunds) for p in found if p is not None}) == 1


async def test_a_full_queue_refuses_at_once_and_stores_nothing_of_it(database: AsyncDatabase[Any]) -> None:
    store = MongoPaymentStore(database, IDS.write_token, CommitLimits(waiting_max=8))
    payment = await stored_payment(store, 100)

    found = await outcomes(refunded(store, payment, 1) for _ in range(20))

    given = sum(isinstance(outcome, Decision) for outcome in found)
    assert {type(outcome) for outcome in found} == {Decision, Overloaded}
    assert (await store.get(EVERYTHING, payment.id)).reserved_amount == given >= 8


async def test_a_decision_on_a_version_that_was_rolled_back_is_not_written_on_another_of_the_same_number(
    store: MongoPaymentStore, two_stores: tuple[MongoPaymentStore, MongoPaymentStore], documents: Any
) -> None:
    payment = await stored_payment(store, 100)
    before = await documents.find_one({"_id": payment.id})
    await refunded(store, payment, 70)
    await documents.replace_one({"_id": payment.id}, before)  # a failover takes the write away, and another is first
    survivor = (await refunded(two_stores[0], payment, 60)).refund

    ours = (await refunded(store, payment, 30)).refund

    after = await store.get(EVERYTHING, payment.id)
    assert ([refund.id for refund in after.refunds], after.reserved_amount) == ([survivor.id, ours.id], 90)


async def test_a_mistake_of_the_domain_is_stopped_by_the_database_and_fails_alone(store: MongoPaymentStore) -> None:
    payment, other = await stored_payment(store, 100), await stored_payment(store, 100)

    def mistaken(present: Payment) -> Decision:
        decision = request_refund(present, a_request(60), LIMITS, NOW)
        return replace(decision, payment=replace(decision.payment, reserved_amount=101))

    found = await outcomes(
        [
            refunded(store, payment, 10),
            store.change(EVERYTHING, payment.id, mistaken),
            refunded(store, payment, 20),
            refunded(store, other, 30),
        ]
    )

    assert [type(outcome) for outcome in found] == [Decision, DatabaseRefused, Decision, Decision]
    assert (await store.get(EVERYTHING, payment.id)).reserved_amount == 30


async def test_a_payment_that_lost_all_its_races_is_told_to_come_again_and_others_are_answered(
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

    assert (await store.get_written(EVERYTHING, big.id)).reserved_amount == 40
    assert (await store.get_written(EVERYTHING, small.id)).reserved_amount == 4


async def test_a_dispute_is_stored_with_the_decision_that_tells_of_it(store: MongoPaymentStore) -> None:
    payment = await stored_payment(store, 100)
    refund = (await refunded(store, payment, 10)).refund

    def disputed(present: Payment) -> Decision:
        return Decision(payment=replace(present, dispute=DisputeState.OPEN), refund=present.refund(refund.id))

    await store.change(EVERYTHING, payment.id, disputed)

    assert (await store.get(EVERYTHING, payment.id)).dispute is DisputeState.OPEN


# --- payments in ---------------------------------------------------------------------------------


async def test_a_payment_that_is_told_twice_is_stored_once(store: MongoPaymentStore) -> None:
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
            EVERYTHING,
            payment.id,
            lambda present, result=result: record_gateway_result(
                present, refund.attempts[0].id, result, LIMITS, NOW, GATEWAY
            ),
        )

    history = await store.history(EVERYTHING, refund.id)
    after = (await store.get(EVERYTHING, payment.id)).refund(refund.id)
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
            EVERYTHING,
            payment.id,
            lambda present: record_gateway_result(present, refund.attempts[0].id, result, LIMITS, NOW, GATEWAY),
        )

    await asyncio.gather(*(settle(number) for number in range(60)))

    history = await store.history(EVERYTHING, refund.id)
    assert len(history) == HISTORY_EVENTS_MAX
    assert all(later.from_status == earlier.status for earlier, later in pairwise(history))
    assert len({event.id for event in history}) == HISTORY_EVENTS_MAX


async def test_a_refund_made_and_canceled_in_one_flight_keeps_both_events(store: MongoPaymentStore) -> None:
    payment = await stored_payment(store, 100)
    command = a_request(10, payment=payment, is_submitted=False)

    await asyncio.gather(
        store.change(EVERYTHING, payment.id, asking(command)),
        store.change(EVERYTHING, payment.id, lambda p: cancel_refund(p, command.refund_id, NOW, "usr")),
    )

    history = await store.history(EVERYTHING, command.refund_id)
    assert [event.status for event in history] == ["draft", "canceled"]


# --- claims --------------------------------------------------------------------------------------


async def due_payments(store: MongoPaymentStore, number: int, within: Any = LIMITS) -> set[str]:
    payments = await asyncio.gather(*(stored_payment(store) for _ in range(number)))
    await asyncio.gather(
        *(store.change(EVERYTHING, payment.id, asking(a_request(10, payment=payment), within)) for payment in payments)
    )
    return {payment.id for payment in payments}


AFTER_THE_LEASE = NOW + seconds(LIMITS.gateway_lease_s)


async def test_many_claimers_never_take_the_same_payment(
    two_stores: tuple[MongoPaymentStore, MongoPaymentStore],
) -> None:
    due = await due_payments(two_stores[0], 120)

    claimed = await asyncio.gather(
        *(two_stores[number % 2].claim_due(Work.GATEWAY, AFTER_THE_LEASE, 20, 30) for number in range(8))
    )

    taken = Counter(payment.id for of_one in claimed for payment in of_one)
    assert set(taken) <= due
    assert set(taken.values()) == {1}
    assert all(len(of_one) <= 30 for of_one in claimed)


async def test_every_due_payment_is_claimed_in_the_end(store: MongoPaymentStore) -> None:
    due = await due_payments(store, 50)
    taken: set[str] = set()

    while claimed := await store.claim_due(Work.GATEWAY, AFTER_THE_LEASE, 20, 7):
        taken |= {payment.id for payment in claimed}

    assert taken == due


async def test_what_is_not_due_or_due_for_another_service_is_not_claimed(store: MongoPaymentStore) -> None:
    await due_payments(store, 3)

    assert await store.claim_due(Work.GATEWAY, AFTER_THE_LEASE - seconds(0.001), 20, 10) == ()
    assert await store.claim_due(Work.REVIEW, AFTER_THE_LEASE, 20, 10) == ()


async def test_a_claim_that_nobody_worked_on_is_taken_again_when_its_lease_ends(store: MongoPaymentStore) -> None:
    due = await due_payments(store, 5)
    await store.claim_due(Work.GATEWAY, AFTER_THE_LEASE, 20, 10)

    too_early = await store.claim_due(Work.GATEWAY, AFTER_THE_LEASE + seconds(19.999), 20, 10)
    in_time = await store.claim_due(Work.GATEWAY, AFTER_THE_LEASE + seconds(20), 20, 10)

    assert too_early == ()
    assert {payment.id for payment in in_time} == due


async def test_work_that_was_done_is_not_claimed_again(store: MongoPaymentStore) -> None:
    await due_payments(store, 1)
    (claimed,) = await store.claim_due(Work.GATEWAY, AFTER_THE_LEASE, 20, 10)
    attempt_id = claimed.refunds[0].attempts[0].id

    await store.change(
        EVERYTHING,
        claimed.id,
        lambda present: record_gateway_result(
            present, attempt_id, a_result(ResultKind.SUCCEEDED), LIMITS, AFTER_THE_LEASE, GATEWAY
        ),
    )

    assert await store.claim_due(Work.GATEWAY, AFTER_THE_LEASE + seconds(10**6), 20, 10) == ()


async def test_of_two_workers_with_one_due_refund_one_begins_the_try(
    two_stores: tuple[MongoPaymentStore, MongoPaymentStore],
) -> None:
    await due_payments(two_stores[0], 1)
    (claimed,) = await two_stores[0].claim_due(Work.GATEWAY, AFTER_THE_LEASE, 20, 10)
    refund_id = claimed.refunds[0].id

    begun = await asyncio.gather(
        *(
            two_stores[number % 2].change(
                EVERYTHING, claimed.id, lambda present: begin_step(present, refund_id, LIMITS, AFTER_THE_LEASE)
            )
            for number in range(10)
        )
    )

    assert Counter(decision.replayed for decision in begun) == {False: 1, True: 9}


async def test_a_payment_stays_due_for_the_next_of_its_refunds(store: MongoPaymentStore) -> None:
    payment = await stored_payment(store)
    first = (await refunded(store, payment, 10)).refund
    await store.change(
        EVERYTHING,
        payment.id,
        lambda present: request_refund(present, a_request(20), limits(gateway_lease_s=500), NOW),
    )
    await store.change(
        EVERYTHING,
        payment.id,
        lambda present: record_gateway_result(
            present, first.attempts[0].id, a_result(ResultKind.SUCCEEDED), LIMITS, NOW, GATEWAY
        ),
    )

    assert await store.claim_due(Work.GATEWAY, NOW + seconds(499), 20, 10) == ()
    assert len(await store.claim_due(Work.GATEWAY, NOW + seconds(500), 20, 10)) == 1


async def test_claiming_nothing_takes_nothing(store: MongoPaymentStore) -> None:
    await due_payments(store, 1)

    assert list(await store.claim_due(Work.GATEWAY, AFTER_THE_LEASE, 20, 0)) == []


async def test_the_sweep_looks_at_its_index_alone(store: MongoPaymentStore, documents: Any) -> None:
    await due_payments(store, 20)

    explained = await documents.database.command(
        "explain",
        {
            "find": PAYMENTS,
            "filter": {"due_for": "gateway", "due_at": {"$lte": AFTER_THE_LEASE}},
            "projection": {"_id": 1, "due_at": 1, "merchant_id": 1},
            "sort": {"due_at": 1},
            "limit": 800,
        },
        verbosity="executionStats",
    )

    assert explained["executionStats"]["totalDocsExamined"] == 0
    assert explained["executionStats"]["nReturned"] == 20
