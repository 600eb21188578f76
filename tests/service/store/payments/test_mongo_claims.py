"""Claims of due work on MongoDB: each due payment is taken by one worker, and in the end by some worker."""

import asyncio
from collections import Counter
from typing import Any

from tests.service.store.payments.payment_store_steps import BOTH_KINDS, asking, refunded, stored_payment
from tests.support.payments.payments import GATEWAY, LIMITS, NOW, a_request, a_result, limits, seconds

from refunds.adapters.mongo.payments.payments import MongoPaymentStore
from refunds.adapters.mongo.schema import PAYMENTS
from refunds.domain.attempt.result_recording import ResultKind, begin_step, record_gateway_result
from refunds.domain.payment.payment import Work
from refunds.domain.refund.lifecycle import request_refund
from refunds.domain.tenancy import ALL_TENANTS

# --- claims --------------------------------------------------------------------------------------


async def due_payments(store: MongoPaymentStore, number: int, within: Any = LIMITS) -> set[str]:
    payments = await asyncio.gather(*(stored_payment(store) for _ in range(number)))
    await asyncio.gather(
        *(store.change(ALL_TENANTS, payment.id, asking(a_request(10, payment=payment), within)) for payment in payments)
    )
    return {payment.id for payment in payments}


AFTER_THE_LEASE = NOW + seconds(LIMITS.gateway_lease_s)


@BOTH_KINDS
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


@BOTH_KINDS
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


@BOTH_KINDS
async def test_work_that_was_done_is_not_claimed_again(store: MongoPaymentStore) -> None:
    await due_payments(store, 1)
    (claimed,) = await store.claim_due(Work.GATEWAY, AFTER_THE_LEASE, 20, 10)
    attempt_id = claimed.refunds[0].attempts[0].id

    await store.change(
        ALL_TENANTS,
        claimed.id,
        lambda present: record_gateway_result(
            present, attempt_id, a_result(ResultKind.SUCCEEDED), LIMITS, AFTER_THE_LEASE, GATEWAY
        ),
    )

    assert await store.claim_due(Work.GATEWAY, AFTER_THE_LEASE + seconds(10**6), 20, 10) == ()


async def test_of_two_workers_with_one_due_refund_one_begins_the_submission(
    two_stores: tuple[MongoPaymentStore, MongoPaymentStore],
) -> None:
    await due_payments(two_stores[0], 1)
    (claimed,) = await two_stores[0].claim_due(Work.GATEWAY, AFTER_THE_LEASE, 20, 10)
    refund_id = claimed.refunds[0].id

    begun = await asyncio.gather(
        *(
            two_stores[number % 2].change(
                ALL_TENANTS, claimed.id, lambda present: begin_step(present, refund_id, LIMITS, AFTER_THE_LEASE)
            )
            for number in range(10)
        )
    )

    assert Counter(decision.replayed for decision in begun) == {False: 1, True: 9}


async def test_a_payment_stays_due_for_the_next_of_its_refunds(store: MongoPaymentStore) -> None:
    payment = await stored_payment(store)
    first = (await refunded(store, payment, 10)).refund
    await store.change(
        ALL_TENANTS,
        payment.id,
        lambda present: request_refund(present, a_request(20), limits(gateway_lease_s=500), NOW),
    )
    await store.change(
        ALL_TENANTS,
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
