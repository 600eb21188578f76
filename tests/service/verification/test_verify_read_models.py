"""A verification holds each field of the read models against the payments; what waits is told from what is broken."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from bson.datetime_ms import DatetimeMS
from pymongo.asynchronous.database import AsyncDatabase
from tests.service.relay.test_quarantined_versions import GarbledFeed, break_it, garbled_relay, mend_it
from tests.support.adapters.relays import relay_of, run_dry
from tests.support.adapters.shop import Shop
from tests.support.adapters.verifying import lines_of, verified_without_books

from refunds.adapters.memory.clock import START
from refunds.adapters.mongo.projections.read_models import MongoReadModels
from refunds.adapters.mongo.read_model_schema import AUDIT_LOG, LEDGER, REFUND_LIST, ROLL_UPS, SET_ASIDE
from refunds.domain.payment.payment import Payment
from refunds.texts.finding_lines import line_of
from refunds.usecases.projections.rebuild_read_models import rebuild_read_models
from refunds.usecases.projections.relay_events import RelayEvents
from refunds.usecases.verification.verification_report import Invariant, Report
from refunds.usecases.verification.verify_invariants import VerifyBounds

Database = AsyncDatabase[Any]
Update = Mapping[str, Any]
AT_ONCE = VerifyBounds(page_payments=3, rechecks_max=1, caught_up_timeout_s=0.1)


def broken(report: Report) -> dict[Invariant, tuple[str, ...]]:
    """Lines by invariant, without that of a relay that nobody runs meanwhile."""
    lines = {check.invariant: lines_of(check) for check in report.checks if check.violations}
    return {invariant: found for invariant, found in lines.items() if invariant is not Invariant.CAUGHT_UP}


@pytest.fixture
async def relayed(database: Database) -> Database:
    """Refunds of every kind, their read models up to date."""
    await Shop(database).busy_hour(8)
    await run_dry(relay_of(database), database)
    return database


ROW_CHANGES: Mapping[str, tuple[Update, str]] = {
    "an earlier version": ({"$inc": {"version": -1}}, "version"),
    "a later version": ({"$inc": {"version": 1}}, "version"),
    "a version that is no number": ({"$set": {"version": "two"}}, "version"),
    "no version": ({"$unset": {"version": ""}}, "version"),
    "one version more counted": ({"$push": {"counted": 99}}, "version 99 is counted"),
    "the first counted version gone, the rest kept": ({"$set": {"counted": [1]}}, "is not counted"),
    "no version counted": ({"$set": {"counted": []}}, "counted"),
    "counted that is no list": ({"$set": {"counted": "all"}}, "counted"),
    "amount": ({"$inc": {"amount": 1}}, "amount"),
    "amount as text": ({"$set": {"amount": "10"}}, "amount"),
    "status": ({"$set": {"status": "submitted"}}, "status"),
    "status reason": ({"$set": {"status_reason": "other"}}, "status_reason"),
    "currency": ({"$set": {"currency": "USD"}}, "currency"),
    "reason": ({"$set": {"reason": "other"}}, "reason"),
    "no reason": ({"$unset": {"reason": ""}}, "reason"),
    "method": ({"$set": {"method": "balance"}}, "method"),
    "payment method": ({"$set": {"payment_method": "other"}}, "payment_method"),
    "gateway": ({"$set": {"gateway": "adyen"}}, "gateway"),
    "payment": ({"$set": {"payment_id": "pay_other"}}, "payment_id"),
    "made at": ({"$set": {"created_at": START}}, "created_at"),
    "made beyond all calendars": ({"$set": {"created_at": DatetimeMS(2**62)}}, "created_at"),
    "changed at": ({"$set": {"updated_at": datetime(2024, 1, 1)}}, "updated_at"),  # noqa: DTZ001 - stored as UTC
    "path": ({"$push": {"path": "more"}}, "path"),
    "a path that is no list": ({"$set": {"path": 5}}, "path"),
    "no path": ({"$unset": {"path": ""}}, "path"),
}


async def test_every_field_of_a_row_that_is_changed_is_named_with_its_refund(relayed: Database) -> None:
    rows = await relayed[REFUND_LIST].find({"status": {"$ne": "submitted"}}).sort("_id", 1).to_list(None)
    changed = dict(zip((row["_id"] for row in rows), ROW_CHANGES.values(), strict=False))
    assert len(changed) == len(ROW_CHANGES)
    for refund_id, (update, _) in changed.items():
        done = await relayed[REFUND_LIST].update_one({"_id": refund_id}, update, bypass_document_validation=True)
        assert done.modified_count == 1

    found = broken(await verified_without_books(relayed, AT_ONCE))

    lines = found.pop(Invariant.LISTED)
    assert found == {}
    assert {line.partition(":")[0] for line in lines} == changed.keys()
    assert [
        (refund_id, names)
        for refund_id, (_, names) in changed.items()
        if not any(
            line.startswith(f"{refund_id}: ") and "the list of refunds" in line and names in line for line in lines
        )
    ] == []


ENTRY_CHANGES: Mapping[str, Update] = {
    "amount as text": {"$set": {"gateway_amount": "100", "merchant_amount": "-100"}},
    "no amounts": {"$unset": {"gateway_amount": "", "merchant_amount": ""}},
    "no currency": {"$unset": {"currency": ""}},
    "kind": {"$set": {"kind": "other"}},
    "time": {"$set": {"at": DatetimeMS(2**62)}},
    "refund": {"$set": {"refund_id": "ref_other"}},
    "payment": {"$set": {"payment_id": "pay_other"}},
    "merchant": {"$set": {"merchant_id": "mer_other"}},
}


async def test_every_field_of_an_entry_that_is_changed_is_named_with_the_entry(relayed: Database) -> None:
    entries = await relayed[LEDGER].find().sort("_id", 1).to_list(len(ENTRY_CHANGES))
    for entry, update in zip(entries, ENTRY_CHANGES.values(), strict=True):
        assert (await relayed[LEDGER].update_one({"_id": entry["_id"]}, update)).modified_count == 1

    found = broken(await verified_without_books(relayed, AT_ONCE))

    assert found.keys() == {Invariant.POSTED}
    lines = "\n".join(found[Invariant.POSTED])
    assert [
        entry["_id"]
        for entry in entries
        if f"{entry['_id']}: these fields of the ledger entry differ from its event: " not in lines
    ] == []


async def test_entry_that_is_missing_is_named_with_its_payment_and_version(relayed: Database) -> None:
    entry = await relayed[LEDGER].find_one({"kind": "refund.completed"})
    assert entry is not None
    await relayed[LEDGER].delete_one({"_id": entry["_id"]})
    version = entry["_id"].split("_")[2]

    found = broken(await verified_without_books(relayed, AT_ONCE))

    expected = f"{entry['payment_id']}: the ledger lacks the entry {entry['_id']} for version {version} of the payment"
    assert expected in found[Invariant.POSTED]


async def test_second_document_of_a_merchants_day_is_counted_with_the_first(relayed: Database) -> None:
    day = await relayed[ROLL_UPS].find_one({})
    assert day is not None
    await relayed[ROLL_UPS].insert_one(day | {"_id": f"0{day['_id']}"})

    assert broken(await verified_without_books(relayed, AT_ONCE)).keys() == {Invariant.ROLLED_UP}


async def test_rows_that_a_rebuild_made_show_the_same_versions(relayed: Database) -> None:
    await rebuild_read_models(MongoReadModels(relayed))
    await run_dry(relay_of(relayed, "relay_2", polls_before_takeover=0), relayed)

    assert broken(await verified_without_books(relayed, AT_ONCE)) == {}


async def test_version_that_a_row_counts_twice_is_named(relayed: Database) -> None:
    row = await relayed[REFUND_LIST].find_one({"status": "completed"})
    assert row is not None

    await relayed[REFUND_LIST].update_one({"_id": row["_id"]}, {"$push": {"counted": row["counted"][-1]}})

    (line,) = broken(await verified_without_books(relayed, AT_ONCE))[Invariant.LISTED]
    assert line.startswith(row["_id"])
    assert "twice" in line


async def test_row_of_an_earlier_release_that_names_no_counted_versions_is_sound(relayed: Database) -> None:
    await relayed[REFUND_LIST].update_many({}, {"$unset": {"counted": ""}})

    assert broken(await verified_without_books(relayed, AT_ONCE)) == {}


async def waiting_payment(database: Database) -> tuple[Shop, RelayEvents, GarbledFeed, Payment]:
    """A payment of which versions 3 and 4 wait: a refund settled and another made since it could not be read."""
    shop, (relay, feed) = Shop(database), garbled_relay(database)
    await run_dry(relay, database)
    payment = await shop.capture()
    refund = await shop.refund(payment)
    await run_dry(relay, database)
    feed.garbled.add((payment.id, 3))
    await shop.settle(payment, refund)
    await shop.refund(payment)
    await break_it(database, payment)
    await run_dry(relay, database)
    return shop, relay, feed, payment


async def test_payment_in_quarantine_is_named_as_waiting_and_what_it_lacks_is_not_broken(database: Database) -> None:
    _, _, _, payment = await waiting_payment(database)
    await mend_it(database, payment)

    report = await verified_without_books(database, AT_ONCE)

    kept = await database[SET_ASIDE].find_one({"payment_id": payment.id, "version": {"$exists": False}})
    assert kept is not None
    assert broken(report) == {}
    assert report.waiting_payments == 1
    [line] = map(line_of, report.waiting)
    assert line.startswith(f"{payment.id}: the reader reporting has failed to read this payment since {kept['at']}")
    assert line.endswith("its later versions 4 also wait")


async def test_payment_that_nobody_reads_is_waiting_without_its_rows_and_days_being_broken(database: Database) -> None:
    _, _, _, payment = await waiting_payment(database)

    report = await verified_without_books(database, AT_ONCE)

    assert broken(report) == {}
    assert line_of(report.waiting[0]).startswith(
        f"{payment.id}: the reader reporting has failed to read this payment since"
    )
    assert any(f"payment {payment.id} cannot be read" in line for line in lines_of(report.checks[0]))


async def test_what_a_waiting_payment_has_already_published_is_compared_with_it(database: Database) -> None:
    _, _, _, payment = await waiting_payment(database)
    await mend_it(database, payment)
    row = await database[REFUND_LIST].find_one({"payment_id": payment.id})
    assert row is not None
    await database[REFUND_LIST].update_one({"_id": row["_id"]}, {"$inc": {"amount": 1}})
    await database[LEDGER].update_one({"payment_id": payment.id}, {"$set": {"merchant_id": "mer_other"}})

    found = broken(await verified_without_books(database, AT_ONCE))

    assert found.keys() == {Invariant.LISTED, Invariant.POSTED}


async def test_gap_of_a_payment_that_waits_no_more_is_broken(database: Database) -> None:
    _, _, _, payment = await waiting_payment(database)
    await mend_it(database, payment)
    await database[SET_ASIDE].delete_many({})

    found = broken(await verified_without_books(database, AT_ONCE))

    assert found.keys() == {Invariant.LISTED, Invariant.POSTED, Invariant.AUDITED, Invariant.ROLLED_UP}
    assert f"{payment.id}: version 3 of the payment is not in the audit log" in found[Invariant.AUDITED]
    assert await database[AUDIT_LOG].count_documents({"subject": payment.id}) == 2


async def test_each_row_and_entry_that_no_payment_stands_behind_is_named_though_others_are_missing(
    relayed: Database,
) -> None:
    row, entry = await relayed[REFUND_LIST].find_one({}), await relayed[LEDGER].find_one({"kind": "refund.completed"})
    assert row is not None
    assert entry is not None
    await relayed[REFUND_LIST].delete_one({"_id": row["_id"]})
    await relayed[LEDGER].delete_one({"_id": entry["_id"]})
    await relayed[REFUND_LIST].insert_many(
        [row | {"_id": "ref_of_a_payment"}, row | {"_id": "ref_of_none", "payment_id": "pay_none"}]
    )
    await relayed[LEDGER].insert_many(
        [entry | {"_id": "led_of_a_payment"}, entry | {"_id": "aaa_of_none", "payment_id": None}]
    )

    found = broken(await verified_without_books(relayed, AT_ONCE))

    assert set(found.pop(Invariant.LISTED)) == {
        f"{row['_id']}: the list of refunds does not contain this refund",
        f"ref_of_a_payment: the list of refunds contains this refund, but payment {row['payment_id']} does not",
        "ref_of_none: the list of refunds contains this refund, but payment pay_none does not",
    }
    assert {
        f"led_of_a_payment: the ledger contains this entry, but payment {entry['payment_id']} has no event for it",
        "aaa_of_none: the ledger contains this entry, but payment None has no event for it",
    } <= set(found.pop(Invariant.POSTED))
    assert found == {}


async def test_rows_and_entries_with_ids_that_are_no_text_are_counted(relayed: Database) -> None:
    row, entry = await relayed[REFUND_LIST].find_one({}), await relayed[LEDGER].find_one({})
    assert row is not None
    assert entry is not None
    await relayed[REFUND_LIST].insert_one(row | {"_id": 7})
    await relayed[LEDGER].insert_one(entry | {"_id": 7})

    found = broken(await verified_without_books(relayed, AT_ONCE))

    assert found == {
        Invariant.LISTED: (
            "1 entries of the list of refunds were gone when they were read a second time, or their ids are not text",
        ),
        Invariant.POSTED: ("1 ledger entries were gone when they were read a second time, or their ids are not text",),
    }


async def test_entry_of_an_event_that_a_full_history_let_go_has_a_payment_behind_it(relayed: Database) -> None:
    payment = await relayed["payments"].find_one({"refunds.0.status": "completed"})
    assert payment is not None
    history = payment["refunds"][0]["history"]
    await relayed["payments"].update_one(
        {"_id": payment["_id"]}, {"$set": {"refunds.0.history": [e for e in history if e["status"] != "completed"]}}
    )

    found = broken(await verified_without_books(relayed, AT_ONCE))

    assert not [line for line in found.get(Invariant.POSTED, ()) if "has no event for it" in line]
