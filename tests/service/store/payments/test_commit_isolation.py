"""What one payment or one merchant does in the group commit costs the others little: no key, slot or look-up of theirs.

A proxy holds chosen requests, so that one payment still waits while others are asked for; a listener counts commands.
"""

import asyncio
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.service.store.payments.commit_steps import (
    PATIENCE_S,
    Commands,
    new_payment,
    outcomes,
    reads_of,
    refunded,
    soon,
    stored_payments,
    until_held,
)
from tests.service.store.payments.payment_store_steps import IDS
from tests.support.processes.flaky_proxy import FlakyProxy

from refunds.adapters.mongo.payments.payment_commits import CommitLimits
from refunds.adapters.mongo.payments.payments import MongoPaymentStore
from refunds.domain.errors import AlreadyExists, AmountExceedsRefundable
from refunds.domain.tenancy import ALL_TENANTS


@pytest.fixture
def store(far: AsyncDatabase[Any]) -> MongoPaymentStore:
    return MongoPaymentStore(far, IDS.write_token)


@pytest.fixture
def narrow(far: AsyncDatabase[Any]) -> MongoPaymentStore:
    """A store with one flight at a time."""
    return MongoPaymentStore(far, IDS.write_token, CommitLimits(flights_max=1))


# --- released by itself --------------------------------------------------------------------------


async def test_while_a_taken_key_is_looked_up_the_payments_of_the_same_flight_and_others_go_on(
    narrow: MongoPaymentStore, proxy: FlakyProxy
) -> None:
    holder, refused, beside, later = await stored_payments(narrow, 4)
    await asyncio.gather(refunded(narrow, holder, key="k"), *(refunded(narrow, one) for one in (refused, beside)))

    proxy.hold(reads_of(refused))
    held = asyncio.create_task(refunded(narrow, refused, key="k"))
    together = asyncio.create_task(refunded(narrow, beside))
    await until_held(proxy)

    await soon(asyncio.wait_for(together, PATIENCE_S))
    await soon(refunded(narrow, beside))
    await soon(refunded(narrow, later))
    assert not held.done()
    proxy.let_go()
    with pytest.raises(AlreadyExists):
        await held


async def test_while_an_outcome_is_unknown_the_next_flight_leaves(
    narrow: MongoPaymentStore, elsewhere: MongoPaymentStore, proxy: FlakyProxy
) -> None:
    unknown, later = await stored_payments(narrow, 2)
    await refunded(narrow, unknown)

    proxy.hold(reads_of(unknown))
    proxy.lose_answers_to(b"\x02update\x00", 2)
    held = asyncio.create_task(refunded(narrow, unknown, 60))
    await until_held(proxy)

    await soon(refunded(narrow, later))
    assert not held.done()
    proxy.let_go()
    made = (await held).refund
    assert made.id in [refund.id for refund in (await elsewhere.get(ALL_TENANTS, unknown.id)).refunds]


async def test_while_an_error_is_confirmed_by_a_majority_the_next_flight_leaves(
    narrow: MongoPaymentStore, proxy: FlakyProxy
) -> None:
    refused, beside, later = await stored_payments(narrow, 3)
    await asyncio.gather(refunded(narrow, refused), refunded(narrow, beside))

    proxy.hold(reads_of(refused))
    held = asyncio.create_task(refunded(narrow, refused, 10_000))
    together = asyncio.create_task(refunded(narrow, beside))
    await until_held(proxy)

    await soon(asyncio.wait_for(together, PATIENCE_S))
    await soon(refunded(narrow, beside))
    await soon(refunded(narrow, later))
    assert not held.done()
    proxy.let_go()
    with pytest.raises(AmountExceedsRefundable):
        await held


async def test_a_payment_that_lost_its_race_keeps_no_other_of_its_flight(
    store: MongoPaymentStore, elsewhere: MongoPaymentStore, proxy: FlakyProxy
) -> None:
    raced, beside = await stored_payments(store, 2)
    await asyncio.gather(refunded(store, raced), refunded(store, beside))
    await refunded(elsewhere, raced)

    proxy.hold(reads_of(raced, but=beside))
    held = asyncio.create_task(refunded(store, raced))
    together = asyncio.create_task(refunded(store, beside))
    await until_held(proxy)

    await soon(asyncio.wait_for(together, PATIENCE_S))
    await soon(refunded(store, beside))
    assert not held.done()
    proxy.let_go()
    assert (await held).payment.reserved_amount == 3


async def test_after_a_lost_race_the_contended_payment_costs_others_no_look_up(
    store: MongoPaymentStore, elsewhere: MongoPaymentStore, commands: Commands
) -> None:
    raced, beside = await stored_payments(store, 2)
    await asyncio.gather(refunded(store, raced), refunded(store, beside))
    await refunded(elsewhere, raced)
    await asyncio.gather(refunded(store, raced), refunded(store, beside))

    for _ in range(3):
        await refunded(elsewhere, raced)
        commands.sent.clear()
        await asyncio.gather(refunded(store, raced), refunded(store, beside))
        assert commands.counts() == {"find": 1, "update": 2}

    after = [await elsewhere.get(ALL_TENANTS, payment.id) for payment in (raced, beside)]
    assert [payment.reserved_amount for payment in after] == [9, 5]


async def test_a_payment_that_is_no_longer_contended_is_written_with_the_others_again(
    store: MongoPaymentStore, elsewhere: MongoPaymentStore, commands: Commands
) -> None:
    raced, beside = await stored_payments(store, 2)
    await asyncio.gather(refunded(store, raced), refunded(store, beside))
    await refunded(elsewhere, raced)

    for _ in range(12):
        commands.sent.clear()
        await asyncio.gather(refunded(store, raced), refunded(store, beside))

    assert commands.counts() == {"update": 1}


async def test_while_a_clash_is_looked_up_other_payments_are_recorded(
    store: MongoPaymentStore, proxy: FlakyProxy
) -> None:
    (first,) = await stored_payments(store, 1)
    clashing = [new_payment(idempotency_key=first.idempotency_key) for _ in range(2)]

    proxy.hold(lambda request: b"\x02find\x00" in request)
    held = [asyncio.create_task(store.add(clashing[0]))]
    await until_held(proxy)
    held.append(asyncio.create_task(store.add(clashing[1])))
    async with asyncio.timeout(PATIENCE_S):
        while proxy.held_count < 2:
            await asyncio.sleep(0)
        recorded = await store.add(new_payment())

    assert recorded[1] is False
    assert not any(task.done() for task in held)
    proxy.let_go()
    assert await asyncio.gather(*held) == [(first, True)] * 2


async def test_a_clash_with_a_payment_that_cannot_be_read_fails_alone(
    store: MongoPaymentStore, database: AsyncDatabase[Any]
) -> None:
    spoiled, sound = await stored_payments(store, 2)
    await database["payments"].update_one({"_id": spoiled.id}, {"$set": {"payment_method": "no document"}})

    found = await outcomes(
        store.add(new_payment(idempotency_key=one.idempotency_key)) for one in (spoiled, sound, spoiled)
    )

    assert [isinstance(outcome, Exception) for outcome in found] == [True, False, True]
