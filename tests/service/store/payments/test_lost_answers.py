"""Writes whose answer is lost on the way: found by their own id, never doubled, never called a conflict.

A proxy between the driver and mongod ends the connection after the request was carried out.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.service.store.payments.payment_store_steps import BOTH_KINDS, Kind
from tests.support.payments.payments import GATEWAY, LIMITS, NOW, a_payment, a_request, a_result, seconds
from tests.support.processes.flaky_proxy import FlakyProxy, flaky_proxy

from refunds.adapters.local.ids import SystemIds
from refunds.adapters.mongo.client import connect, open_database
from refunds.adapters.mongo.journal.payments import JournalPayments
from refunds.adapters.mongo.payments.payment_commits import CommitLimits
from refunds.adapters.mongo.payments.payments import GroupedPayments, MongoPaymentStore
from refunds.domain.attempt.result_recording import ResultKind, begin_step, record_gateway_result
from refunds.domain.errors import OutcomeUnknown, StoreUnavailable
from refunds.domain.payment.payment import Decision, Payment
from refunds.domain.refund.lifecycle import request_refund
from refunds.domain.tenancy import ALL_TENANTS
from refunds_embedded.launcher.servers.local_servers import ReplicaSet

IDS = SystemIds()
DRIVER_TRIES = 2  # the driver itself sends an insert once more
UPDATE, INSERT = b"\x02update\x00", b"\x02insert\x00"
RECORD = b"\x02insert\x00\x10\x00\x00\x00payment_journal\x00"
WRITES = {MongoPaymentStore: UPDATE, JournalPayments: RECORD}
"""The command by which each store writes a decision."""

pytestmark = BOTH_KINDS
BOUNDS = CommitLimits(unknown_wait_s=3.0)


@pytest.fixture
async def proxy(mongodb: ReplicaSet) -> AsyncIterator[FlakyProxy]:
    async with flaky_proxy(mongodb.members[0].port) as running:
        yield running


@pytest.fixture
async def far_store(
    proxy: FlakyProxy, stored: AsyncDatabase[Any], mongodb_database: str, kind: Kind
) -> AsyncIterator[GroupedPayments]:
    """A store that reaches its database through the proxy, by two clients as a service has them."""
    uri = f"mongodb://127.0.0.1:{proxy.port}/?directConnection=true"
    client, updating = connect(uri, timeout_s=1.0), connect(uri, timeout_s=1.0, retries_writes=False)
    far, updates = open_database(client, mongodb_database), open_database(updating, mongodb_database)
    yield kind(far, IDS.write_token, BOUNDS, updates=updates)
    await client.close()
    await updating.close()


@pytest.fixture
def near_store(stored: AsyncDatabase[Any], kind: Kind) -> GroupedPayments:
    """Another process with a good line."""
    return kind(stored, IDS.write_token)


@pytest.fixture
def write(kind: Kind) -> bytes:
    """What a request holds that writes a decision."""
    return WRITES[kind]


def new_payment() -> Payment:
    payment_id = IDS.new("pay")
    return a_payment(100, id=payment_id, gateway_payment_id=f"gw_{payment_id}", idempotency_key=f"key_{payment_id}")


async def refunded(store: GroupedPayments, payment: Payment, amount: int, key: str = "") -> Decision:
    command = a_request(amount, key=key, payment=payment)
    return await store.change(ALL_TENANTS, payment.id, lambda present: request_refund(present, command, LIMITS, NOW))


@pytest.mark.parametrize("losses", [1, DRIVER_TRIES, 2 * DRIVER_TRIES])
async def test_a_write_whose_answer_is_lost_is_found_and_not_made_again(
    far_store: GroupedPayments, near_store: GroupedPayments, proxy: FlakyProxy, write: bytes, losses: int
) -> None:
    payment, _ = await near_store.add(new_payment())

    proxy.lose_answers_to(write, losses)
    decision = await refunded(far_store, payment, 60)

    after = await near_store.get(ALL_TENANTS, payment.id)
    assert proxy.lost_count >= 1
    assert not decision.replayed
    assert [refund.id for refund in after.refunds] == [decision.refund.id]
    assert (after.reserved_amount, after.version) == (60, 2)


async def test_of_a_batch_whose_answer_is_lost_each_request_has_its_own_outcome(
    far_store: GroupedPayments, near_store: GroupedPayments, proxy: FlakyProxy, write: bytes
) -> None:
    payments = [(await near_store.add(new_payment()))[0] for _ in range(20)]

    proxy.lose_answers_to(write, DRIVER_TRIES)
    found = await asyncio.gather(
        *(refunded(far_store, payment, 60) for payment in payments for _ in range(2)), return_exceptions=True
    )

    assert sum(isinstance(outcome, Decision) for outcome in found) == 20
    for payment in payments:
        after = await near_store.get(ALL_TENANTS, payment.id)
        assert (after.reserved_amount, len(after.refunds), after.version) == (60, 1, 2)


async def test_a_write_that_was_overtaken_while_its_answer_was_lost_is_found_in_the_history(
    far_store: GroupedPayments, near_store: GroupedPayments, proxy: FlakyProxy, write: bytes
) -> None:
    payment, _ = await near_store.add(new_payment())
    first = (await refunded(near_store, payment, 10)).refund

    proxy.lose_answers_to(write, DRIVER_TRIES)
    ours, *others = await asyncio.gather(
        refunded(far_store, payment, 60), *(_touched(near_store, payment, first.attempts[0].id) for _ in range(10))
    )

    after = await near_store.get(ALL_TENANTS, payment.id)
    assert not ours.replayed
    assert len(others) == 10
    assert (after.reserved_amount, len(after.refunds)) == (70, 2)


async def _touched(store: GroupedPayments, payment: Payment, attempt_id: str) -> Decision:
    result = a_result(ResultKind.UNKNOWN)
    return await store.change(
        ALL_TENANTS,
        payment.id,
        lambda present: record_gateway_result(present, attempt_id, result, LIMITS, NOW, GATEWAY),
    )


async def test_a_write_without_events_whose_answer_is_lost_is_found_too(
    far_store: GroupedPayments, near_store: GroupedPayments, proxy: FlakyProxy, write: bytes
) -> None:
    payment, _ = await near_store.add(new_payment())
    refund = (await refunded(near_store, payment, 60)).refund
    later = NOW + seconds(LIMITS.gateway_lease_s)

    proxy.lose_answers_to(write, DRIVER_TRIES)
    begun = await far_store.change(
        ALL_TENANTS, payment.id, lambda present: begin_step(present, refund.id, LIMITS, later)
    )

    assert not begun.replayed
    assert begun.refund.attempts[0].tries == 2
    assert (await near_store.get(ALL_TENANTS, payment.id)).refunds == (begun.refund,)


async def test_while_the_store_stays_away_the_outcome_is_unknown_and_a_repeat_answers_it(
    far_store: GroupedPayments, near_store: GroupedPayments, proxy: FlakyProxy, write: bytes
) -> None:
    payment, _ = await near_store.add(new_payment())
    await refunded(far_store, payment, 1)

    proxy.lose_answers_to(write, 1)
    asked = asyncio.create_task(refunded(far_store, payment, 60, key="k"))
    while proxy.lost_count == 0:
        await asyncio.sleep(0)
    proxy.go_away()
    with pytest.raises(OutcomeUnknown):
        await asked
    proxy.come_back()
    again = await refunded(far_store, payment, 60, key="k")

    after = await near_store.get(ALL_TENANTS, payment.id)
    assert again.replayed
    assert (after.reserved_amount, len(after.refunds)) == (61, 2)


async def test_write_that_was_never_sent_is_reported_as_unwritten(
    far_store: GroupedPayments, near_store: GroupedPayments, proxy: FlakyProxy
) -> None:
    payment, _ = await near_store.add(new_payment())

    proxy.go_away()
    with pytest.raises(StoreUnavailable):
        await refunded(far_store, payment, 60)
    with pytest.raises(StoreUnavailable):
        await far_store.get(ALL_TENANTS, payment.id)

    assert (await near_store.get(ALL_TENANTS, payment.id)).refunds == ()


@pytest.mark.parametrize("losses", [1, DRIVER_TRIES, 2 * DRIVER_TRIES])
async def test_a_payment_whose_answer_is_lost_is_stored_once_and_is_no_repeat(
    far_store: GroupedPayments, near_store: GroupedPayments, proxy: FlakyProxy, losses: int
) -> None:
    payment = new_payment()

    proxy.lose_answers_to(INSERT, losses)
    stored, is_repeat = await far_store.add(payment)

    assert proxy.lost_count >= 1
    assert (stored.id, is_repeat) == (payment.id, False)
    assert await near_store.get(ALL_TENANTS, payment.id) == stored


async def test_write_whose_result_is_missing_is_unknown_and_never_a_conflict(
    far_store: GroupedPayments, near_store: GroupedPayments, proxy: FlakyProxy
) -> None:
    payment = new_payment()

    proxy.go_away()
    with pytest.raises(OutcomeUnknown):
        await far_store.add(payment)
    proxy.come_back()

    assert await far_store.add(payment) == (payment, False)
    assert await near_store.add(payment) == (payment, True)
