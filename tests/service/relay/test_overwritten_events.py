"""Events that were overwritten, removed or set back are made from the payment, and count once."""

from collections.abc import Mapping
from typing import Any

import pytest
from bson import Binary
from bson.datetime_ms import DatetimeMS
from pymongo.asynchronous.database import AsyncDatabase
from tests.support.adapters.relays import contents, relay_of, run_dry
from tests.support.adapters.shop import Shop

from refunds.adapters.mongo.projections.read_models import MongoReadModels
from refunds.adapters.mongo.read_model_schema import AUDIT_LOG, LEDGER, REFUND_LIST, SET_ASIDE
from refunds.domain.payment.payment import Payment
from refunds.usecases.projections.rebuild_read_models import rebuild_read_models

Database = AsyncDatabase[Any]

POISONS: Mapping[str, object] = {
    "text": "not an envelope",
    "number": 7,
    "bytes": b"\xc1\xff",
    "nothing": None,
    "document": {"a": 1},
    "time": DatetimeMS(2**62),
    "other kind of bytes": Binary(b"x", 4),
}


async def write(database: Database, payment: Payment, **fields: object) -> None:
    """What somebody does by hand, past every rule of the collection."""
    await database["payments"].update_one({"_id": payment.id}, {"$set": fields}, bypass_document_validation=True)


async def is_carried(database: Database, payment: Payment) -> bool:
    """Whether the payment's capture stands in the ledger and in the audit log, once each."""
    posted = await database[LEDGER].count_documents({"payment_id": payment.id})
    return posted == 1 and await database[AUDIT_LOG].count_documents({"subject": payment.id}) == 1


@pytest.mark.parametrize("poison", POISONS.values(), ids=POISONS)
async def test_events_that_cannot_be_read_are_made_up_for_from_the_payment(database: Database, poison: object) -> None:
    shop, relay = Shop(database), relay_of(database)
    await run_dry(relay, database)
    poisoned = await shop.capture()
    await write(database, poisoned, events=poison)
    other = await shop.capture()

    await run_dry(relay, database)

    assert await is_carried(database, poisoned)
    assert await is_carried(database, other)
    assert await database[SET_ASIDE].count_documents({}) == 0


async def test_refund_whose_events_were_overwritten_is_listed_as_it_stands(database: Database) -> None:
    shop, relay = Shop(database), relay_of(database)
    payment = await shop.capture()
    await run_dry(relay, database)
    refund = await shop.refund(payment)
    await write(database, payment, events="not an envelope")
    settled = await shop.settle(payment, refund)

    await run_dry(relay, database)

    rows = await database[REFUND_LIST].find().to_list(None)
    assert [(row["_id"], row["status"]) for row in rows] == [(refund.id, settled.status.value)]
    followed = await contents(database)
    await rebuild_read_models(MongoReadModels(database))
    await run_dry(relay, database)
    assert await contents(database) == followed


async def test_events_overwritten_and_set_back_at_once_count_once(database: Database) -> None:
    shop, relay = Shop(database), relay_of(database)
    await run_dry(relay, database)
    payment = await shop.capture()
    envelope = (await database["payments"].find_one({"_id": payment.id}))["events"]
    await write(database, payment, events="not an envelope")
    await write(database, payment, events=envelope)
    await database["payments"].update_one({"_id": payment.id}, {"$unset": {"events": ""}})
    await write(database, payment, events=envelope)

    await run_dry(relay, database)

    assert await is_carried(database, payment)


async def test_events_removed_and_set_back_in_one_batch_count_once(database: Database) -> None:
    shop, relay = Shop(database), relay_of(database)
    await run_dry(relay, database)
    payment = await shop.capture()
    envelope = (await database["payments"].find_one({"_id": payment.id}))["events"]
    await database["payments"].update_one({"_id": payment.id}, {"$unset": {"events": ""}})
    await write(database, payment, events=envelope)

    await run_dry(relay, database)

    assert await is_carried(database, payment)


async def test_envelope_of_another_payment_is_not_taken_for_this_one(database: Database) -> None:
    shop, relay = Shop(database), relay_of(database)
    await run_dry(relay, database)
    one, other = await shop.capture(), await shop.capture()
    foreign = (await database["payments"].find_one({"_id": other.id}))["events"]
    await write(database, one, events=foreign)

    await run_dry(relay, database)

    assert await is_carried(database, one)
    assert await is_carried(database, other)
