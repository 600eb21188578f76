"""The payment journal: what its records, due entries and snapshots hold, and what a reader makes of them."""

from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.service.store.payments.payment_store_steps import Kind, refunded, stored_payment
from tests.support.payments.payments import GATEWAY, LIMITS, NOW, a_result, seconds

from refunds.adapters.mongo.client import LOCAL
from refunds.adapters.mongo.journal.payments import JournalPayments
from refunds.adapters.mongo.journal.schema import DUE, JOURNAL, SNAPSHOTS
from refunds.domain.attempt.result_recording import ResultKind, record_gateway_result
from refunds.domain.errors import PaymentUnreadable
from refunds.domain.payment.payment import Decision, Payment, Work
from refunds.domain.tenancy import ALL_TENANTS

LATER = NOW + seconds(LIMITS.gateway_lease_s + 1)


@pytest.fixture
def kind() -> Kind:
    return JournalPayments


@pytest.fixture
def here(stored: AsyncDatabase[Any]) -> AsyncDatabase[Any]:
    """The database as the primary has it: due entries and snapshots do not wait for a majority."""
    return stored.with_options(read_concern=LOCAL)


async def completed(store: JournalPayments, payment: Payment, decision: Decision) -> Decision:
    attempt_id = decision.refund.attempts[0].id
    result = a_result(ResultKind.SUCCEEDED, gateway_refund_id=f"gr_{attempt_id}", amount=decision.refund.amount)
    return await store.change(
        ALL_TENANTS,
        payment.id,
        lambda present: record_gateway_result(present, attempt_id, result, LIMITS, NOW, GATEWAY),
    )


async def records(stored: AsyncDatabase[Any], payment: Payment) -> list[dict[str, Any]]:
    return await stored[JOURNAL].find({"payment_id": payment.id}).sort("version", 1).to_list(None)


async def test_each_version_is_one_record_that_names_the_write_it_follows(
    store: JournalPayments, stored: AsyncDatabase[Any]
) -> None:
    payment = await stored_payment(store)

    await completed(store, payment, await refunded(store, payment, 60))

    found = await records(stored, payment)
    assert [record["version"] for record in found] == [1, 2, 3]
    assert [record.get("base") for record in found] == [None, found[0]["_id"], found[1]["_id"]]
    assert [(record["reserved_amount"], record["refunded_amount"]) for record in found] == [(0, 0), (60, 0), (0, 60)]


async def test_due_entry_of_a_version_is_removed_after_the_next_one(
    store: JournalPayments, here: AsyncDatabase[Any]
) -> None:
    payment = await stored_payment(store)
    decision = await refunded(store, payment, 60)
    entries = await here[DUE].find({"payment_id": payment.id}).to_list(None)

    await completed(store, payment, decision)
    await store.drain()

    assert [entry["version"] for entry in entries] == [2]
    assert await here[DUE].count_documents({}) == 0


async def test_outdated_due_entry_is_never_claimed_and_removed_when_the_sweep_meets_it(
    store: JournalPayments, here: AsyncDatabase[Any]
) -> None:
    done, waiting = await stored_payment(store), await stored_payment(store)
    decision = await refunded(store, done, 60)
    outdated = await here[DUE].find_one({"payment_id": done.id})
    await completed(store, done, decision)
    await refunded(store, waiting, 60)
    await store.drain()
    await here[DUE].insert_one(outdated)

    claimed = [each for _ in range(2) for each in await store.claim_due(Work.GATEWAY, LATER, 20, 5)]

    assert [payment.id for payment in claimed] == [waiting.id]
    assert await here[DUE].count_documents({"payment_id": done.id}) == 0


async def test_due_entry_of_a_write_that_never_came_is_removed_at_the_second_claim(
    store: JournalPayments, here: AsyncDatabase[Any]
) -> None:
    payment = await stored_payment(store)
    await refunded(store, payment, 60)
    entry = await here[DUE].find_one({"payment_id": payment.id})
    await here[DUE].insert_one({**entry, "_id": "never.9", "version": 9})

    await store.claim_due(Work.GATEWAY, LATER, 20, 5)
    between = await here[DUE].count_documents({"_id": "never.9"})
    await store.claim_due(Work.GATEWAY, LATER + seconds(21), 20, 5)

    assert between == 1
    assert await here[DUE].count_documents({"_id": "never.9"}) == 0


async def test_payment_is_the_same_with_and_without_snapshots(store: JournalPayments, here: AsyncDatabase[Any]) -> None:
    payment = await stored_payment(store)
    for _ in range(20):
        await completed(store, payment, await refunded(store, payment, 1))
    await store.drain()

    with_snapshot = await store.get(ALL_TENANTS, payment.id)
    versions = [each["version"] async for each in here[SNAPSHOTS].find({})]
    await here[SNAPSHOTS].delete_many({})

    assert versions == [32]
    assert with_snapshot.version == 41
    assert with_snapshot == await store.get(ALL_TENANTS, payment.id)
    assert with_snapshot == await store.get_written(ALL_TENANTS, payment.id)


async def test_payment_with_a_missing_record_is_unreadable_and_others_are_not(
    store: JournalPayments, stored: AsyncDatabase[Any]
) -> None:
    broken, whole = await stored_payment(store), await stored_payment(store)
    for payment in (broken, whole):
        await completed(store, payment, await refunded(store, payment, 60))
    await stored[JOURNAL].delete_one({"payment_id": broken.id, "version": 2})

    with pytest.raises(PaymentUnreadable):
        await store.get(ALL_TENANTS, broken.id)

    assert (await store.get(ALL_TENANTS, whole.id)).refunded_amount == 60


async def test_write_on_an_outdated_version_is_decided_again_on_the_stored_one(
    stored: AsyncDatabase[Any], two_stores: tuple[JournalPayments, JournalPayments]
) -> None:
    ours, theirs = two_stores
    payment = await stored_payment(ours, 100)
    await refunded(ours, payment, 10)
    await refunded(theirs, payment, 10)

    await refunded(ours, payment, 80, key="k")

    assert [record["version"] for record in await records(stored, payment)] == [1, 2, 3, 4]
    assert (await theirs.get(ALL_TENANTS, payment.id)).reserved_amount == 100
