"""This release beside a later one on one database: what only that one knows is read as text, kept, and passed on."""

import itertools
from collections.abc import AsyncIterator, Mapping
from typing import Any, cast

import msgspec
import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.service.relay.test_publish_events import publisher_of, run_out
from tests.support.adapters.relays import relay_of, run_dry
from tests.support.adapters.shop import Shop
from tests.support.adapters.verifying import lines_of, verified_without_books
from tests.support.http.site import Client, World, running

from refunds.adapters.memory.projections.event_bus import MemoryEventBus
from refunds.adapters.mongo.payments.payments import MongoPaymentStore
from refunds.adapters.mongo.read_model_schema import AUDIT_LOG, LEDGER, REFUND_LIST, SET_ASIDE
from refunds.domain.attempt.result_recording import ResultKind
from refunds.domain.payment.payment import Payment, Refund, Work
from refunds.domain.tenancy import ALL_TENANTS
from refunds.usecases.verification.verification_report import Invariant
from refunds.usecases.verification.verify_invariants import VerifyBounds

Database = AsyncDatabase[Any]
LATER = "later_release"
AT_ONCE = VerifyBounds(rechecks_max=1, caught_up_timeout_s=0.1)


async def write_as_a_later_release(
    database: Database, payment: Payment, refund: Refund, *, status: str = "", **fields: object
) -> str:
    """A version with an event, and fields in every place, that this release does not know; the event's id."""
    document = await database["payments"].find_one({"_id": payment.id})
    assert document is not None
    version = document["version"] + 1
    event_id = f"evt_{payment.id.removeprefix('pay_')}_{version}_0_{LATER}"
    now = document["refunds"][0]["updated_at"]
    event = {
        "id": event_id,
        "type": "refund.escalated",
        "at": now,
        "refund_id": refund.id,
        "actor": "usr_later",
        "from_status": refund.status.value,
        "status": status or refund.status.value,
        "amount": refund.amount,
        "code": "",
        "escalated_to": "desk_7",
    }
    state = {
        **{name: document["refunds"][0][name] for name in ("id", "amount", "method", "created_by", "created_at")},
        "status": status or refund.status.value,
        "status_reason": "",
        "reason": document["refunds"][0]["reason"]["code"],
        "updated_at": now,
        "priority": "high",
    }
    envelope = {
        "payment_id": payment.id,
        "version": version,
        **{name: document[name] for name in ("merchant_id", "path", "currency", "gateway")},
        "payment_method": "credit_card",
        "items": [event],
        "refunds": [state],
        "digests": [],
        "shape": 2,
    }
    sets = {
        "version": version,
        "last_write": LATER,
        "events": msgspec.msgpack.encode(envelope),
        "refunds.0.status": state["status"],
        "refunds.0.priority": "high",
        "refunds.0.attempts.0.route": "eu-2",
        "shape": 2,
        **fields,
    }
    counts = {"refunds.0.history_count": 1}
    await database["payments"].update_one(
        {"_id": payment.id}, {"$set": sets, "$push": {"refunds.0.history": event}, "$inc": counts}
    )
    return event_id


async def test_event_of_a_later_release_is_audited_listed_and_published_and_posts_nothing(database: Database) -> None:
    shop, relay, bus = Shop(database), relay_of(database), MemoryEventBus()
    publish = publisher_of(database, bus)
    payment = await shop.capture()
    refund = await shop.refund(payment)
    await run_dry(relay, database)
    await run_out(publish, database)
    posted = await database[LEDGER].count_documents({})
    event_id = await write_as_a_later_release(database, payment, refund)

    await run_dry(relay, database)
    await run_out(publish, database)

    assert await database[SET_ASIDE].count_documents({}) == 0
    assert await database[LEDGER].count_documents({}) == posted
    record = await database[AUDIT_LOG].find_one({"subject": payment.id, "version": 3})
    assert '"type":"refund.escalated"' in record["body"]
    assert (await database[REFUND_LIST].find_one({"_id": refund.id}))["version"] == 3
    assert [event.type for event in bus.taken if event.id == event_id] == ["refund.escalated"]


@pytest.mark.parametrize("is_caught_up", [False, True])
async def test_status_of_a_later_release_is_listed_and_audited_as_text(database: Database, is_caught_up: bool) -> None:
    shop, relay = Shop(database), relay_of(database)
    payment = await shop.capture()
    refund = await shop.refund(payment)
    if not is_caught_up:
        await run_dry(relay, database)
    await write_as_a_later_release(database, payment, refund, status="on_hold", dispute="inquiry")

    await run_dry(relay, database)
    report = await verified_without_books(database, AT_ONCE)

    assert (await database[REFUND_LIST].find_one({"_id": refund.id}))["status"] == "on_hold"
    assert await database[AUDIT_LOG].count_documents({"subject": payment.id}) == 3
    assert await database[SET_ASIDE].count_documents({}) == 0
    amounts = next(check for check in report.checks if check.invariant is Invariant.AMOUNTS)
    assert lines_of(amounts) == (f"{refund.id}: the refund has the status on_hold, which this release does not know",)


async def test_what_a_later_release_keeps_survives_the_writes_of_this_one(database: Database) -> None:
    shop = Shop(database)
    payment = await shop.capture()
    refund = await shop.refund(payment)
    await write_as_a_later_release(database, payment, refund, dispute="inquiry")
    fresh = Shop(database, first_number=100)

    await fresh.settle(payment, refund, ResultKind.PENDING)
    await fresh.settle(payment, refund)

    kept = await database["payments"].find_one({"_id": payment.id})
    assert (kept["shape"], kept["dispute"], kept["version"]) == (2, "inquiry", 5)
    assert (kept["refunds"][0]["priority"], kept["refunds"][0]["attempts"][0]["route"]) == ("high", "eu-2")
    assert kept["refunds"][0]["attempts"][0]["outcome"] == "succeeded"
    assert kept["refunds"][0]["history"][-3]["escalated_to"] == "desk_7"


async def test_work_of_a_later_release_is_left_to_it(database: Database) -> None:
    shop = Shop(database)
    payment = await shop.capture()
    refund = await shop.refund(payment)
    other = await shop.refund(payment)
    due = {"refunds.0.due_for": "payout", "due_for": "payout"}
    await write_as_a_later_release(database, payment, refund, **due)
    fresh = Shop(database, first_number=100)
    much_later = shop.clock.now().replace(year=2026)

    claimed = await fresh.payments.claim_due(Work.GATEWAY, much_later, 20.0, 10)
    await fresh.settle(payment, other)

    assert not claimed
    kept = await database["payments"].find_one({"_id": payment.id})
    assert (kept["due_for"], kept["refunds"][0]["due_for"]) == ("payout", "payout")


@pytest.fixture
async def client(database: Database) -> AsyncIterator[Client]:
    """The public routes over the real payment store."""
    numbers = itertools.count()
    payments = cast("Any", MongoPaymentStore(database, lambda: f"w{next(numbers)}"))
    async with running(World(payments=payments)) as found:
        yield found


async def of_a_later_release(client: Client, database: Database, **written: Any) -> tuple[Payment, Refund]:
    """A payment and its refund, asked for here and written to by a later release since."""
    await client.payment("pay_01")
    refund_id = (await client.refund("pay_01", 100)).body["id"]
    payment = await client.world.payments.get_by_refund(ALL_TENANTS, refund_id)
    await write_as_a_later_release(database, payment, payment.refund(refund_id), **written)
    return payment, payment.refund(refund_id)


async def test_api_answers_for_a_payment_with_an_event_of_a_later_release(client: Client, database: Database) -> None:
    payment, refund = await of_a_later_release(client, database, dispute="inquiry")

    shown = await client.get(f"/v1/payments/{payment.id}")
    told = await client.get(f"/v1/refunds/{refund.id}/events")
    asked = await client.refund(payment.id, 50)

    assert (shown.status, shown.body["dispute"]) == (200, "inquiry")
    assert (told.status, told.body["data"][-1]["type"]) == (200, "refund.escalated")
    assert (asked.status, asked.body["status"]) == (201, "validation_failed")
    assert [violation["code"] for violation in asked.body["violations"]] == ["dispute_open"]


NOT_UNDERSTOOD: Mapping[str, Mapping[str, object]] = {
    "status": {"status": "on_hold"},
    "method": {"refunds.0.method": "voucher"},
    "payment method": {"payment_method.type": "wallet"},
}


@pytest.mark.parametrize("written", NOT_UNDERSTOOD.values(), ids=NOT_UNDERSTOOD)
async def test_api_answers_503_where_amounts_rest_on_what_only_a_later_release_knows(
    client: Client, database: Database, written: Mapping[str, Any]
) -> None:
    payment, refund = await of_a_later_release(client, database, **written)
    before = await database["payments"].find_one({"_id": payment.id})
    again = Client(url=client.url, session=client.session, world=client.world, keys=50)

    answers = [
        await again.get(f"/v1/payments/{payment.id}"),
        await again.get(f"/v1/refunds/{refund.id}"),
        await again.get(f"/v1/refunds/{refund.id}/events"),
        await again.post(f"/v1/refunds/{refund.id}/cancel"),
    ]

    assert [(answer.status, answer.code) for answer in answers] == [(503, "payment_unreadable")] * 4
    assert all("retry-after" in {name.lower() for name in answer.headers} for answer in answers)
    assert await database["payments"].find_one({"_id": payment.id}) == before
