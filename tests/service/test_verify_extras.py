"""A verification names what read models and audit log hold beyond what happened, down to a single field."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.support.adapters.relays import current, relay_of, run_dry
from tests.support.adapters.shop import Shop
from tests.support.adapters.verifying import verified_without_books

from refunds.adapters.mongo.audit_log import append_audit
from refunds.adapters.mongo.read_model_schema import AUDIT_LOG, ROLL_UPS
from refunds.adapters.mongo.transactions import in_transaction
from refunds.domain.attempt.submission import begin_step
from refunds.domain.audit.hash_chain import AuditEntry
from refunds.domain.tenancy import ALL_TENANTS
from refunds.texts.finding_lines import line_of
from refunds.usecases.verification.verification_report import Invariant
from refunds.usecases.verification.verify_invariants import VerifyBounds

Database = AsyncDatabase[Any]
Update = Mapping[str, Any]
AT_ONCE = VerifyBounds(page_payments=3, rechecks_max=1, caught_up_timeout_s=0.1)


@pytest.fixture
async def relayed(database: Database) -> Database:
    """Refunds of every kind, their read models up to date."""
    await Shop(database).busy_hour(8)
    await run_dry(relay_of(database), database)
    return database


async def lines_of(database: Database, invariant: Invariant) -> tuple[str, ...]:
    """What is wrong there; nothing is anywhere else, but for the relay that nobody runs meanwhile."""
    report = await verified_without_books(database, AT_ONCE)
    found = {check.invariant: tuple(map(line_of, check.found)) for check in report.checks if check.violations}
    found.pop(Invariant.CAUGHT_UP, None)
    assert found.keys() <= {invariant}, found
    return found.get(invariant, ())


async def appended(database: Database, entry: AuditEntry) -> None:
    """A record more, chained as the service chains them."""

    async def append(session: Any) -> None:
        await append_audit(session, database, [entry])

    await in_transaction(database, append)


DAY_CHANGES: Mapping[str, tuple[Update, str]] = {
    "a field of the day": ({"$set": {"note": "x"}}, "the field note"),
    "another day": ({"$set": {"day": "2001-01-01"}}, "another day or merchant than its id"),
    "a field of a cell": ({"$set": {"cells.CELL.note": 1}}, "the field note in CELL"),
    "a cell of nothing": ({"$set": {"cells.a|b|c|d|e|f": {"count": 0, "amount": 0}}}, "a count of nothing in a|b|c"),
    "a cell that is no cell": ({"$set": {"cells.a|b|c|d|e|f": 7}}, "no counts in a|b|c|d|e|f"),
    "a cell of something": (
        {"$set": {"cells.a|b|c|d|e|f": {"count": 1, "amount": 1}}},
        "the daily total a b c d e f counts 1 events with 1 minor units",
    ),
    "one more": ({"$inc": {"cells.CELL.count": 1}}, "counts"),
    "one minor unit more": ({"$inc": {"cells.CELL.amount": 1}}, "counts"),
    "half of one more": ({"$inc": {"cells.CELL.amount": 0.5}}, "counts"),
}


@pytest.mark.parametrize("what", list(DAY_CHANGES))
async def test_whatever_a_roll_up_holds_beyond_what_happened_is_named(relayed: Database, what: str) -> None:
    days = await current(relayed, ROLL_UPS)
    day = await days.find_one({})
    assert day is not None
    cell = min(day["cells"])
    change, named = DAY_CHANGES[what]
    update = {op: {name.replace("CELL", cell): v for name, v in of.items()} for op, of in change.items()}

    await days.update_one({"_id": day["_id"]}, update)

    lines = await lines_of(relayed, Invariant.ROLLED_UP)
    assert any(named.replace("CELL", cell) in line for line in lines), lines


async def test_day_on_which_nothing_happened_is_named(relayed: Database) -> None:
    day = {"_id": "2001-01-01|mer_1", "day": "2001-01-01", "merchant_id": "mer_1", "path": [], "cells": {}}
    await (await current(relayed, ROLL_UPS)).insert_one(day)

    (line,) = await lines_of(relayed, Invariant.ROLLED_UP)

    assert line == "2001-01-01|mer_1: this daily total contains no cells, but no event of a payment accounts for it"


async def test_cell_that_an_earlier_release_counted_from_a_status_to_itself_is_left_alone(relayed: Database) -> None:
    days = await current(relayed, ROLL_UPS)
    day = await days.find_one({})
    assert day is not None

    cell = "credit_card|sandbox|EUR|other|completed|completed"
    await days.update_one({"_id": day["_id"]}, {"$set": {f"cells.{cell}": {"count": 2, "amount": 20}}})

    assert await lines_of(relayed, Invariant.ROLLED_UP) == ()


async def test_record_of_a_payment_that_never_was_is_named_by_its_place(relayed: Database) -> None:
    record = await relayed[AUDIT_LOG].find_one({})
    assert record is not None
    await appended(relayed, AuditEntry(chain="mer_1", subject="pay_ghost", version=1, body=record["body"].encode()))

    (line,) = await lines_of(relayed, Invariant.AUDITED)

    place = await relayed[AUDIT_LOG].find_one({"subject": "pay_ghost"})
    assert place is not None
    assert (
        line
        == f"{place['_id']}: this audit record is about pay_ghost, but no such payment, tenant or parameter is stored"
    )


@pytest.mark.parametrize("body", ["its own", "nothing", "{"])
async def test_second_record_of_a_version_is_named_where_the_index_did_not_hinder_it(
    relayed: Database, body: str
) -> None:
    await relayed[AUDIT_LOG].drop_index("one_record_per_version")
    record = await relayed[AUDIT_LOG].find_one({"version": 2})
    assert record is not None
    text = record["body"] if body == "its own" else body
    entry = AuditEntry(chain=record["chain"], subject=record["subject"], version=2, body=text.encode())
    await appended(relayed, entry)

    lines = await lines_of(relayed, Invariant.AUDITED)

    assert f"{record['subject']}: version 2 of the payment is in the audit log 2 times" in lines


async def test_record_of_a_version_to_come_is_named(relayed: Database) -> None:
    record = await relayed[AUDIT_LOG].find_one({"version": 2})
    assert record is not None
    payment = await relayed["payments"].find_one({"_id": record["subject"]})
    assert payment is not None
    entry = AuditEntry(chain=record["chain"], subject=record["subject"], version=99, body=record["body"].encode())
    await appended(relayed, entry)

    (line,) = await lines_of(relayed, Invariant.AUDITED)

    assert line == (
        f"{record['subject']}: the audit log has version 99 of the payment, but the payment itself is only at version "
        f"{payment['version']}"
    )


async def test_record_of_a_version_without_events_is_named(database: Database) -> None:
    shop = Shop(database)
    payment = await shop.capture(10_000)
    refund = await shop.refund(payment, 10)
    later = shop.clock.now() + timedelta(hours=1)
    await shop.payments.change(ALL_TENANTS, payment.id, lambda p: begin_step(p, refund.id, shop.limits, later))
    await run_dry(relay_of(database), database)
    stored = await database["payments"].find_one({"_id": payment.id})
    assert stored is not None
    versions = set(await database[AUDIT_LOG].distinct("version", {"subject": payment.id}))
    (silent,) = set(range(1, stored["version"] + 1)) - versions
    record = await database[AUDIT_LOG].find_one({"subject": payment.id, "version": 2})
    assert record is not None

    entry = AuditEntry(chain=record["chain"], subject=payment.id, version=silent, body=record["body"].encode())
    await appended(database, entry)

    lines = await lines_of(database, Invariant.AUDITED)
    assert lines == (
        f"{payment.id}: the audit log has version {silent} of the payment, but the payment has no such version",
    )
