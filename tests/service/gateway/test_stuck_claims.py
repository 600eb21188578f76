"""Due payments that cannot be claimed or read starve no others, and a lease ends with the next write."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from structlog.testing import capture_logs
from tests.support.adapters.shop import Shop

from refunds.domain.attempt.result_recording import ResultKind
from refunds.domain.payment.payment import Work

Database = AsyncDatabase[Any]
STUCK = 850
"""More than the sweep looks at in one claim."""

LEASE_S = 20.0

BROKEN: Mapping[str, Mapping[str, object]] = {
    "refused by the validator": {"reserved_amount": 10**9},
    "unreadable": {"payment_method": "card"},
    "of no merchant": {"merchant_id": 5},
}


async def stuck_payments(database: Database, shop: Shop, number: int, fields: Mapping[str, object]) -> None:
    """Payments that have long been due, as something else than this product left them."""
    await shop.refund(await shop.capture())
    whole = await database["payments"].find_one({})
    copies = [
        {
            **whole,
            "_id": f"pay_stuck{n:04d}",
            "merchant_id": f"mer_{n}",
            "idempotency_key": f"stuck{n}",
            "gateway_payment_id": f"stuck{n}",
            "due_at": whole["due_at"] - timedelta(days=1),
            **fields,
            **({"merchant_id": n} if "merchant_id" in fields else {}),
        }
        for n in range(number)
    ]
    await database["payments"].delete_one({"_id": whole["_id"]})
    await database["payments"].insert_many(copies, bypass_document_validation=True)


@pytest.mark.parametrize("fields", BROKEN.values(), ids=BROKEN)
async def test_due_payments_are_claimed_behind_many_that_cannot_be(
    database: Database, fields: Mapping[str, object]
) -> None:
    shop = Shop(database)
    await stuck_payments(database, shop, STUCK, fields)
    due = [await shop.capture() for _ in range(5)]
    for payment in due:
        await shop.refund(payment)
    later = shop.clock.now() + timedelta(days=1)

    with capture_logs() as logs:
        claims = [await shop.payments.claim_due(Work.GATEWAY, later, LEASE_S, 100) for _ in range(12)]

    assert sorted(payment.id for claimed in claims for payment in claimed) == sorted(payment.id for payment in due)
    assert shop.payments.stuck_count == STUCK
    said = [line for line in logs if line["event"] == "sweep.payments_quarantined"]
    assert sum(line["added"] for line in said) == said[-1]["count"] == shop.payments.stuck_count


async def test_what_could_not_be_claimed_is_tried_again_seldom(database: Database) -> None:
    shop = Shop(database)
    await stuck_payments(database, shop, 1, BROKEN["refused by the validator"])
    later = shop.clock.now() + timedelta(days=1)
    assert not await shop.payments.claim_due(Work.GATEWAY, later, LEASE_S, 100)
    mended = {"$set": {"reserved_amount": 0}}
    await database["payments"].update_one({"_id": "pay_stuck0000"}, mended, bypass_document_validation=True)

    at_once = await shop.payments.claim_due(Work.GATEWAY, later + timedelta(minutes=4), LEASE_S, 100)
    after = await shop.payments.claim_due(Work.GATEWAY, later + timedelta(minutes=5), LEASE_S, 100)

    assert not at_once
    assert [payment.id for payment in after] == ["pay_stuck0000"]
    assert shop.payments.stuck_count == 0


@pytest.mark.parametrize("kind", [ResultKind.SUCCEEDED, ResultKind.PENDING])
async def test_lease_ends_with_the_next_write_so_that_its_index_stays_small(
    database: Database, kind: ResultKind
) -> None:
    shop = Shop(database)
    payments = [await shop.capture() for _ in range(20)]
    refunds = [await shop.refund(payment) for payment in payments]
    later = shop.clock.now() + timedelta(days=1)
    claimed = await shop.payments.claim_due(Work.GATEWAY, later, LEASE_S, 100)
    leased = await index_entries(database)

    for payment, refund in zip(payments, refunds, strict=True):
        await shop.settle(payment, refund, kind)

    assert (len(claimed), leased, await index_entries(database)) == (20, 20, 0)
    assert await database["payments"].count_documents({"lease": {"$exists": True}}) == 0


async def index_entries(database: Database) -> int:
    """How many payments stand in the sparse index of leases."""
    return await database["payments"].count_documents({"lease": {"$gte": ""}}, hint="sweep_reads_its_claims")
