"""A verification over a real database is clean where all is well, and names what somebody broke."""

from collections.abc import Awaitable, Callable

import pytest
from tests.service.verification.verified_instance import Database, Instance, broken
from tests.support.adapters.relays import relay_of, run_dry
from tests.support.adapters.shop import Shop
from tests.support.adapters.verifying import lines_of

from refunds.adapters.mongo.projections.read_models import MongoReadModels
from refunds.adapters.mongo.read_model_schema import AUDIT_HEADS, AUDIT_LOG, LEDGER, REFUND_LIST, ROLL_UPS
from refunds.usecases.projections.rebuild_read_models import rebuild_read_models
from refunds.usecases.verification.verification_report import Invariant


async def test_instance_in_which_all_is_well_is_clean(instance: Instance) -> None:
    report = await instance.verified()

    assert broken(report) == {}
    assert {check.invariant for check in report.checks} == set(Invariant)
    assert report.open_refunds == 9
    assert [(s.currency, s.entries, s.gateway_amount + s.merchant_amount) for s in report.sums] == [
        ("EUR", 7, 0),
        ("JPY", 8, 0),
        ("KWD", 7, 0),
    ]


async def test_relay_that_does_not_follow_is_reported(instance: Instance) -> None:
    report = await instance.verified()

    assert not report.is_clean
    assert lines_of(report.checks[0]) == (
        ("after 0.2 s, the read models (lists, daily totals, ledger) still lack changes of payments"),
    )


async def test_change_that_lags_behind_is_not_called_broken(instance: Instance) -> None:
    shop = Shop(instance.database, first_number=1000)
    await shop.refund(await shop.capture(merchant_id="mer_late"), 5)

    assert broken(await instance.verified()) == {}


async def more_refunded(database: Database) -> None:
    await database["payments"].update_one({"refunds.status": "completed"}, {"$inc": {"refunded_amount": 1}})


async def less_reserved(database: Database) -> None:
    await database["payments"].update_one({"reserved_amount": {"$gt": 0}}, {"$set": {"reserved_amount": 0}})


async def nothing_to_wait_for(database: Database) -> None:
    await database["payments"].update_one({"refunds.status": "gateway_pending"}, {"$set": {"refunds.$.due_at": None}})


async def row_removed(database: Database) -> None:
    await database[REFUND_LIST].delete_one({})


async def row_changed(database: Database) -> None:
    await database[REFUND_LIST].update_one({"status": "failed"}, {"$set": {"status": "completed"}})


async def row_invented(database: Database) -> None:
    row = await database[REFUND_LIST].find_one({})
    await database[REFUND_LIST].insert_one(row | {"_id": "ref_invented"})


async def entry_removed(database: Database) -> None:
    await database[LEDGER].delete_one({"kind": "refund.completed"})


async def entry_changed(database: Database) -> None:
    await database[LEDGER].update_one({"kind": "refund.completed"}, {"$inc": {"gateway_amount": 1}})


async def entry_invented(database: Database) -> None:
    entry = await database[LEDGER].find_one({})
    await database[LEDGER].insert_one(entry | {"_id": "led_invented"})


async def a_cell(database: Database) -> tuple[str, str]:
    """A day of a merchant's, and one of its cells."""
    found = await database[ROLL_UPS].find_one({})
    assert found is not None
    return found["_id"], next(iter(found["cells"]))


async def cell_raised(database: Database) -> None:
    day, cell = await a_cell(database)
    await database[ROLL_UPS].update_one({"_id": day}, {"$inc": {f"cells.{cell}.amount": 1}})


async def cell_lowered(database: Database) -> None:
    day, cell = await a_cell(database)
    await database[ROLL_UPS].update_one({"_id": day}, {"$inc": {f"cells.{cell}.count": -1}})


async def cell_invented(database: Database) -> None:
    day, cell = await a_cell(database)
    await database[ROLL_UPS].update_one({"_id": day}, {"$set": {f"cells.{cell} too": {"count": 1, "amount": 1}}})


async def cell_spoiled(database: Database) -> None:
    day, cell = await a_cell(database)
    await database[ROLL_UPS].update_one({"_id": day}, {"$set": {f"cells.{cell}": "nothing"}})


async def day_removed(database: Database) -> None:
    await database[ROLL_UPS].delete_one({})


async def day_given_to_another_bank(database: Database) -> None:
    await database[ROLL_UPS].update_one({}, {"$set": {"path.1": "bnk_2"}})


async def all_days_removed(database: Database) -> None:
    await database[ROLL_UPS].delete_many({})


async def end_of_chain_cut_off_with_its_head(database: Database) -> None:
    head = await database[AUDIT_HEADS].find_one({})
    before = await database[AUDIT_LOG].find_one({"chain": head["_id"], "seq": head["seq"] - 1})
    await database[AUDIT_LOG].delete_one({"chain": head["_id"], "seq": head["seq"]})
    await database[AUDIT_HEADS].update_one(
        {"_id": head["_id"]}, {"$set": {"seq": before["seq"], "hash": before["hash"]}}
    )


@pytest.mark.parametrize(
    ("tamper", "invariants"),
    [
        (more_refunded, {Invariant.AMOUNTS, Invariant.POSTED}),
        (less_reserved, {Invariant.AMOUNTS}),
        (nothing_to_wait_for, {Invariant.WAITING}),
        (row_removed, {Invariant.LISTED}),
        (row_changed, {Invariant.LISTED}),
        (row_invented, {Invariant.LISTED}),
        (entry_removed, {Invariant.POSTED}),
        (entry_changed, {Invariant.POSTED, Invariant.ZERO}),
        (entry_invented, {Invariant.POSTED}),
        (end_of_chain_cut_off_with_its_head, {Invariant.AUDITED}),
        (cell_raised, {Invariant.ROLLED_UP}),
        (cell_lowered, {Invariant.ROLLED_UP}),
        (cell_invented, {Invariant.ROLLED_UP}),
        (cell_spoiled, {Invariant.ROLLED_UP}),
        (day_removed, {Invariant.ROLLED_UP}),
        (day_given_to_another_bank, {Invariant.ROLLED_UP}),
        (all_days_removed, {Invariant.ROLLED_UP}),
    ],
)
async def test_what_somebody_broke_is_named(
    instance: Instance, tamper: Callable[[Database], Awaitable[None]], invariants: set[Invariant]
) -> None:
    await tamper(instance.database)

    assert set(broken(await instance.verified())) == invariants


async def test_rebuilt_roll_ups_hold_all_the_same(instance: Instance) -> None:
    await rebuild_read_models(MongoReadModels(instance.database))
    await run_dry(relay_of(instance.database, "relay_3", polls_before_takeover=0), instance.database)

    assert broken(await instance.verified()) == {}
