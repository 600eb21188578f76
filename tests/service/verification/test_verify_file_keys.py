"""A verification names refunds of a file whose record is gone or lacks their row: its key could be used again."""

from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.support.adapters.relays import relay_of, run_dry
from tests.support.adapters.shop import Shop
from tests.support.adapters.verifying import lines_of, verified_without_books

from refunds.adapters.mongo.payments.bulk_files import MongoBulkFiles
from refunds.adapters.mongo.schema import BULK_FILES
from refunds.domain import ids
from refunds.domain.payment.payment import Payment, Reason, Refund, RefundMethod
from refunds.domain.refund.bulk_file import FileRow, content_of, file_key_of, parts_of
from refunds.domain.refund.lifecycle import RequestRefund, request_refund
from refunds.domain.tenancy import ALL_TENANTS
from refunds.usecases.verification.verification_report import Invariant
from refunds.usecases.verification.verify_invariants import VerifyBounds

Database = AsyncDatabase[Any]
BOUNDS = VerifyBounds(rechecks_max=1, caught_up_timeout_s=0.1)
FILE, ROWS = "file-7", ("0" * 32, "a" * 32)


async def of_a_file(shop: Shop, payment: Payment, row: str, number: int) -> Refund:
    """A refund as a row without a key of its own makes it."""
    now = shop.clock.now()
    command = RequestRefund(
        refund_id=ids.refund_id(int(now.timestamp() * 1000), number, payment.id, payment.merchant_id),
        idempotency_key=f"{FILE}:{row}",
        fingerprint=row,
        amount=10,
        currency=None,
        method=RefundMethod.ORIGINAL_PAYMENT,
        reason=Reason(code="duplicate"),
        line_items=(),
        metadata=None,
        is_submitted=True,
        requested_by="usr_1",
    )
    decision = await shop.payments.change(
        ALL_TENANTS, payment.id, lambda present: request_refund(present, command, shop.limits, now)
    )
    return decision.refund


async def filed(database: Database) -> tuple[Refund, Refund]:
    """Two refunds of one file, its key bound, beside one that no file made."""
    shop = Shop(database)
    payment = await shop.capture(1_000)
    rows = [FileRow(number=number, payment_id=payment.id, content=row) for number, row in enumerate(ROWS)]
    parts = parts_of(rows, {payment.id: payment.path}, FILE, content_of(rows))
    await MongoBulkFiles(database).bind(ALL_TENANTS, parts)
    first, second = [await of_a_file(shop, payment, row, number) for number, row in enumerate(ROWS)]
    await shop.refund(payment, 20)
    await run_dry(relay_of(database), database)
    return first, second


async def found(database: Database) -> list[tuple[Invariant, str]]:
    report = await verified_without_books(database, BOUNDS)
    return [
        (check.invariant, line)
        for check in report.checks
        if check.invariant is not Invariant.CAUGHT_UP
        for line in lines_of(check)
    ]


async def test_record_of_a_file_that_is_removed_is_named_for_each_of_its_refunds(database: Database) -> None:
    first, second = await filed(database)
    assert await found(database) == []

    await database[BULK_FILES].delete_many({})

    lines = await found(database)
    assert [(invariant, line.partition(":")[0]) for invariant, line in lines] == [
        (Invariant.KEYS, first.id),
        (Invariant.KEYS, second.id),
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"rows": bytes.fromhex(ROWS[0])},
        {"merchant_id": "mer_2", "key": "file-8"},
        {"path": ["platform", "bnk_9", "prg_1", "org_1", "mer_1"]},
        {"path": ["mer_1"]},
        {"path": []},
        {"path": 5},
        {"rows": "all"},
    ],
)
async def test_record_of_a_file_that_was_changed_is_named(database: Database, change: dict[str, Any]) -> None:
    await filed(database)

    await database[BULK_FILES].update_one({}, {"$set": change})

    assert {invariant for invariant, _ in await found(database)} == {Invariant.KEYS}


def test_key_of_its_own_is_of_no_file() -> None:
    assert file_key_of(f"{FILE}:{ROWS[0]}", ROWS[0]) == FILE
    assert file_key_of(f"a:{FILE}:{ROWS[0]}", ROWS[0]) == f"a:{FILE}"
    assert file_key_of(f"{FILE}:{ROWS[0]}", ROWS[1]) == ""
    assert file_key_of("own-key", ROWS[0]) == ""
    assert file_key_of("key:", "") == ""
