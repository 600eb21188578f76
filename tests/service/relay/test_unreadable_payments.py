"""One payment that something else has written to: the relay, the walk and the publisher go on with all others."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from bson.datetime_ms import DatetimeMS
from pymongo.asynchronous.database import AsyncDatabase
from tests.service.relay.test_publish_events import READER, all_ids, ids_of, publisher_of, run_out
from tests.support.adapters.relays import relay_of, run_dry
from tests.support.adapters.shop import Shop
from tests.support.adapters.verifying import lines_of, verified_without_books

from refunds.adapters.memory.projections.event_bus import MemoryEventBus
from refunds.adapters.mongo.payments.outbox_codec import encode_envelope
from refunds.adapters.mongo.payments.payment_scan import MongoPaymentScan
from refunds.adapters.mongo.payments.payments import MongoPaymentStore
from refunds.adapters.mongo.projections.offsets import POSITION_ID
from refunds.adapters.mongo.projections.quarantine import MongoQuarantineStore
from refunds.adapters.mongo.read_model_schema import AUDIT_LOG, LEDGER, SET_ASIDE
from refunds.domain.errors import PaymentUnreadable
from refunds.domain.payment.payment import Payment, Work
from refunds.domain.tenancy import ALL_TENANTS
from refunds.ports.payments.payment_scan import Unreadable
from refunds.ports.projections.quarantine import QuarantineFull
from refunds.usecases.verification.verify_invariants import VerifyBounds

Database = AsyncDatabase[Any]


async def write(database: Database, payment: Payment, **fields: object) -> None:
    """What somebody does by hand, past every rule of the collection."""
    await database["payments"].update_one({"_id": payment.id}, {"$set": fields}, bypass_document_validation=True)


async def is_carried(database: Database, payment: Payment) -> bool:
    """Whether the payment's capture stands in the ledger and in the audit log, once each."""
    posted = await database[LEDGER].count_documents({"payment_id": payment.id})
    return posted == 1 and await database[AUDIT_LOG].count_documents({"subject": payment.id}) == 1


BROKEN: Mapping[str, Mapping[str, object]] = {
    "refunds as text": {"refunds": ["x"]},
    "no path": {"path": 5},
    "created beyond all calendars": {"created_at": DatetimeMS(2**62)},
    "amount as text": {"captured_amount": "1000"},
    "method as text": {"payment_method": "card"},
}


@pytest.mark.parametrize("fields", BROKEN.values(), ids=BROKEN)
async def test_unreadable_payment_is_quarantined_and_published_once_it_can_be_read(
    database: Database, fields: Mapping[str, object]
) -> None:
    shop, relay = Shop(database), relay_of(database)
    await run_dry(relay, database)
    broken = await shop.capture()
    whole = await database["payments"].find_one({"_id": broken.id})
    await write(database, broken, events="not an envelope", **fields)
    other = await shop.capture()

    await run_dry(relay, database)

    assert await is_carried(database, other)
    kept = await database[SET_ASIDE].find({"reason": {"$exists": True}}).to_list(None)
    assert [(row["payment_id"], row["reader"]) for row in kept] == [(broken.id, POSITION_ID)]
    assert kept[0]["reason"]
    await write(database, broken, **{name: whole[name] for name in fields})
    relay.clock.present += timedelta(minutes=6)
    await run_dry(relay, database)
    assert await is_carried(database, broken)
    assert await database[SET_ASIDE].count_documents({}) == 0


@pytest.mark.parametrize("fields", BROKEN.values(), ids=BROKEN)
async def test_rebuild_goes_past_a_payment_that_cannot_be_read(
    database: Database, fields: Mapping[str, object]
) -> None:
    shop, relay = Shop(database), relay_of(database, scanned_payments_max=1)
    broken, other = await shop.capture(), await shop.capture()
    await write(database, broken, **fields)

    await run_dry(relay, database)

    assert await is_carried(database, other)
    assert await MongoQuarantineStore(database, POSITION_ID).ids() == {broken.id}
    assert [stored.id for stored in await MongoPaymentScan(database).after("", 1)] == [other.id]


async def test_updates_that_the_store_never_takes_are_quarantined_alone(database: Database) -> None:
    shop, relay = Shop(database), relay_of(database)
    await run_dry(relay, database)
    before, huge, after = [await shop.capture() for _ in range(3)]
    event = next(iter(huge.events), None) or (await MongoPaymentScan(database).by_ids([huge.id]))[0].latest.items[0]
    envelope = encode_envelope(
        huge, 2, [type(event)(**{**as_fields(event), "id": f"{event.id}_x", "amount": 2**63})], ()
    )
    await write(database, huge, events=envelope)

    await run_dry(relay, database)

    assert await is_carried(database, before)
    assert await is_carried(database, after)
    assert await MongoQuarantineStore(database, POSITION_ID).ids() == {huge.id}


def as_fields(event: Any) -> dict[str, object]:
    """The event's fields, to make another of them."""
    return {name: getattr(event, name) for name in event.__slots__}


async def test_every_other_event_reaches_the_bus(database: Database) -> None:
    shop, bus = Shop(database), MemoryEventBus()
    publish = publisher_of(database, bus)
    await run_out(publish, database)
    poisoned, broken, _other = [await shop.capture() for _ in range(3)]
    await write(database, poisoned, events=7)
    await write(database, broken, events=7, path=5)

    await run_out(publish, database)

    assert set(ids_of(bus)) >= set(await all_ids(database))
    assert await MongoQuarantineStore(database, READER).ids() == {broken.id}
    await write(database, broken, path=list(broken.path))
    publish.clock.present += timedelta(minutes=6)
    await run_out(publish, database)
    assert set(ids_of(bus)) >= set(await all_ids(database))
    assert await MongoQuarantineStore(database, READER).ids() == set()


async def test_overflow_is_bounded_and_a_full_one_refuses(database: Database) -> None:
    kept = MongoQuarantineStore(database, "reader", kept_max=2)
    now = Shop(database).clock.now()
    one, two, three = [Unreadable(payment_id=f"pay_{number}", reason="KeyError") for number in range(3)]
    await kept.put([one, two], (), now)

    with pytest.raises(QuarantineFull):
        await kept.put([two, three], (), now)
    await kept.put([one, two], (), now)

    assert await kept.ids() == {"pay_0", "pay_1"}
    assert await MongoQuarantineStore(database, "another").ids() == set()
    await kept.drop(["pay_0"])
    await kept.put([three], (), now)
    assert await kept.ids() == {"pay_1", "pay_2"}


async def test_sweep_claims_every_other_payment_that_is_due(database: Database) -> None:
    shop = Shop(database)
    payments = [await shop.capture() for _ in range(4)]
    for payment in payments:
        await shop.refund(payment)
    no_merchant, no_path, beyond, fine = payments
    await database["payments"].update_one(
        {"_id": no_merchant.id}, {"$unset": {"merchant_id": ""}}, bypass_document_validation=True
    )
    await write(database, no_path, path=5)
    await write(database, beyond, due_at=DatetimeMS(-(2**62)), created_at=DatetimeMS(2**62))
    later = shop.clock.now() + timedelta(days=1)

    claimed = await shop.payments.claim_due(Work.GATEWAY, later, 20.0, 100)

    assert [payment.id for payment in claimed] == [fine.id]


async def test_payment_that_cannot_be_read_fails_alone_among_those_read_with_it(database: Database) -> None:
    shop = Shop(database)
    broken, fine = await shop.capture(), await shop.capture()
    await write(database, broken, path=5)
    fresh = MongoPaymentStore(database, lambda: "w")

    found = await asyncio.gather(*(fresh.get(ALL_TENANTS, p.id) for p in (broken, fine)), return_exceptions=True)

    assert isinstance(found[0], PaymentUnreadable)
    assert found[1] == fine


async def test_change_of_a_payment_that_cannot_be_read_fails_alone_among_those_of_its_batch(
    database: Database,
) -> None:
    shop = Shop(database)
    broken, fine = await shop.capture(), await shop.capture()
    await write(database, broken, path=5)
    other = Shop(database, first_number=100)

    asked = await asyncio.gather(other.refund(broken), other.refund(fine), return_exceptions=True)

    assert isinstance(asked[0], PaymentUnreadable)
    assert asked[1].amount == 100


async def test_verification_goes_past_a_payment_that_cannot_be_read_and_names_it(database: Database) -> None:
    shop, relay = Shop(database), relay_of(database)
    poisoned, broken, fine = [await shop.capture() for _ in range(3)]
    await run_dry(relay, database)
    await write(database, poisoned, events="not an envelope")
    await write(database, broken, path=5)

    await run_dry(relay, database)
    report = await verified_without_books(database, VerifyBounds(rechecks_max=1, caught_up_timeout_s=0.1))

    assert not report.is_clean
    named = "\n".join(line for check in report.checks for line in lines_of(check))
    assert f"payment {poisoned.id}: its latest events" in named
    assert f"payment {broken.id} cannot be read" in named
    assert fine.id not in named
