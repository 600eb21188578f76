"""MongoDB keeps a number of 2^31 and above in 64 bits, which its driver reads as a kind of its own; nobody else may.

Encoders refuse that kind, so one such number in a list made every page that held it an internal error.
"""

import dataclasses
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
import pytest
from bson.int64 import Int64
from pymongo.asynchronous.database import AsyncDatabase
from tests.support.adapters.relays import relay_of, run_dry
from tests.support.adapters.shop import BANK, START, Shop
from tests.support.adapters.verifying import verified_without_books
from tests.support.copies import replace

from refunds.adapters.mongo.audit.audit_records import MongoAuditRecords
from refunds.adapters.mongo.audit.verification_reads import MongoVerificationReads
from refunds.adapters.mongo.payments.payment_scan import MongoPaymentScan
from refunds.adapters.mongo.payments.payments import MongoPaymentStore
from refunds.adapters.mongo.projections.read_models import MongoReadModels
from refunds.adapters.mongo.projections.refund_lists import MongoRefundLists
from refunds.adapters.mongo.read_model_schema import AUDIT_LOG, REFUND_LIST
from refunds.adapters.mongo.settings.parameters import MongoParameterStore
from refunds.adapters.mongo.settings.tenants import MongoTenantStore
from refunds.domain.money import AMOUNT_MAX
from refunds.domain.settings.money_limits import MoneyLimit
from refunds.domain.settings.parameters import ParameterValue
from refunds.domain.tenancy import ALL_TENANTS
from refunds.domain.verification.payment_snapshot import StoredPayment
from refunds.ports.projections.refund_lists import RefundFilter
from refunds.usecases.verification.verification_report import Invariant
from refunds.usecases.verification.verify_invariants import VerifyBounds

Database = AsyncDatabase[Any]

LARGE = (2**31 - 1, 2**31, 2**32, AMOUNT_MAX)
"""The last number of 32 bits, the first of 64, one that only 64 hold, the largest amount."""

LIMIT = ParameterValue(
    id="prv_1",
    name="refund_amount_max",
    tenant_id="bnk_1",
    value={"USD": 100_000, "IDR": 2**31, "VND": AMOUNT_MAX},
    effective_from=START,
    expires_at=None,
    set_by="usr_admin",
    set_at=START,
)


ANYTHING = {"USD": AMOUNT_MAX + 1, "IDR": AMOUNT_MAX + 1}


def strange_numbers(value: object, place: str = "") -> Iterator[str]:
    """Places of numbers that are of none of Python's own kinds."""
    if isinstance(value, msgspec.Struct):
        value = msgspec.structs.asdict(value)
    elif dataclasses.is_dataclass(value):
        value = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        for name, member in value.items():
            yield from strange_numbers(name, f"{place}.{name}")
            yield from strange_numbers(member, f"{place}.{name}")
    elif isinstance(value, list | tuple | set | frozenset):
        for member in value:
            yield from strange_numbers(member, f"{place}[]")
    elif isinstance(value, int) and not type(value).__module__.startswith(("builtins", "refunds")):
        yield f"{place}: {type(value).__name__}"


def without_approval(database: Database) -> Shop:
    """A shop in which refunds of any amount go to their gateway at once."""
    shop = Shop(database)
    shop.limits = replace(shop.limits, auto_approval_below=MoneyLimit(amounts=ANYTHING, rates={}))
    return shop


@pytest.fixture
async def sold(database: Database) -> Database:
    """A tenant, a parameter, and refunds of large amounts, completed and relayed."""
    await MongoTenantStore(database).add(ALL_TENANTS, BANK)
    await MongoParameterStore(database).add(ALL_TENANTS, LIMIT)
    shop = without_approval(database)
    for amount in LARGE:
        payment = await shop.capture(AMOUNT_MAX, currency="IDR")
        await shop.settle(payment, await shop.refund(payment, amount))
    await run_dry(relay_of(database), database)
    return database


Read = Callable[[Database, Sequence[StoredPayment]], Awaitable[object]]


def refund_ids(stored: Sequence[StoredPayment]) -> list[str]:
    """All refunds of the payments."""
    return [refund.state.id for payment in stored for refund in payment.refunds]


def payment_ids(stored: Sequence[StoredPayment]) -> list[str]:
    """All of the payments."""
    return [payment.id for payment in stored]


def payments(database: Database) -> MongoPaymentStore:
    """The store of another process."""
    return MongoPaymentStore(database, lambda: "w_other")


async def posted(database: Database, _: object) -> object:
    """All entries of the ledger."""
    reads = MongoVerificationReads(database)
    return await reads.entries([entry.id for entry in await reads.posted_after("", 100)])


async def heads_stored(database: Database, _: object) -> object:
    """The records that the heads of chains name, and what leads to them."""
    reads = MongoVerificationReads(database)
    heads = await reads.heads("", 100)
    return await reads.stored_at(heads), [await reads.links(head, 0, 100) for head in heads]


READS: dict[str, Read] = {
    "a page of the list": lambda db, _: MongoRefundLists(db).list_refunds(ALL_TENANTS, RefundFilter(limit=100)),
    "refunds by amount": lambda db, _: MongoRefundLists(db).list_refunds(
        ALL_TENANTS, RefundFilter(limit=100, amount_min=2**31)
    ),
    "parameters": lambda db, _: MongoParameterStore(db).load_all(),
    "tenants": lambda db, _: MongoTenantStore(db).load_all(),
    "records of a tenant": lambda db, _: MongoAuditRecords(db).of_chain(BANK, 0, 100),
    "records of a payment": lambda db, stored: MongoAuditRecords(db).of_subject(BANK, stored[0].id, 0, 100),
    "a payment": lambda db, stored: payments(db).get(ALL_TENANTS, stored[-1].id),
    "a payment by its refund": lambda db, stored: payments(db).get_by_refund(ALL_TENANTS, refund_ids(stored)[-1]),
    "a payment by its gateway's id": lambda db, stored: payments(db).get_by_gateway_id(
        ALL_TENANTS, "sandbox", stored[-1].gateway_payment_id
    ),
    "a history": lambda db, stored: payments(db).history(ALL_TENANTS, refund_ids(stored)[-1]),
    "the walk": lambda db, _: MongoPaymentScan(db).after("", 100),
    "rows": lambda db, stored: MongoVerificationReads(db).rows(refund_ids(stored)),
    "entries of the ledger": posted,
    "sums of the ledger": lambda db, _: MongoVerificationReads(db).ledger_sums(),
    "roll-ups": lambda db, _: MongoVerificationReads(db).roll_ups("", 100),
    "audit records": lambda db, stored: MongoVerificationReads(db).records(payment_ids(stored)),
    "chains": heads_stored,
    "the position": lambda db, _: MongoReadModels(db).position(),
    "what is applied": lambda db, stored: MongoReadModels(db).applied([p.latest for p in stored if p.latest]),
}


async def strange_by_read(database: Database) -> dict[str, list[str]]:
    """The reads that give strange numbers, with the places."""
    stored = await MongoPaymentScan(database).after("", 100)
    found = {name: sorted(set(strange_numbers(await read(database, stored)))) for name, read in READS.items()}
    return {name: places for name, places in found.items() if places}


async def test_number_that_is_read_is_a_number_like_any(sold: Database) -> None:
    assert {payment.refunded_amount for payment in await MongoPaymentScan(sold).after("", 100)} == set(LARGE)

    assert await strange_by_read(sold) == {}


async def test_number_that_an_editor_wrote_with_64_bits_is_a_number_like_any(sold: Database) -> None:
    of_64_bits = {"$set": {"version": Int64(1), "amount": Int64(1)}}
    await sold[REFUND_LIST].update_many({}, of_64_bits)
    await sold[AUDIT_LOG].update_many({"version": 1}, {"$set": {"version": Int64(1), "seq": Int64(1)}})

    assert await strange_by_read(sold) == {}


async def test_page_of_large_amounts_is_encoded(sold: Database) -> None:
    page = await MongoRefundLists(sold).list_refunds(ALL_TENANTS, RefundFilter(limit=100))

    assert {row["amount"] for row in msgspec.json.decode(msgspec.json.encode(page.rows))} == set(LARGE)


async def test_history_of_large_amounts_is_encoded(sold: Database) -> None:
    stored = await MongoPaymentScan(sold).after("", 100)

    for refund_id in refund_ids(stored):
        assert msgspec.json.encode(await payments(sold).history(ALL_TENANTS, refund_id))


async def test_verification_of_large_amounts_finds_nothing(sold: Database) -> None:
    report = await verified_without_books(sold, VerifyBounds(rechecks_max=1, caught_up_timeout_s=0.1))

    broken = {check.invariant for check in report.checks if check.violations}
    assert broken <= {Invariant.CAUGHT_UP}, report
    assert {line.gateway_amount for line in await MongoVerificationReads(sold).ledger_sums()} == {
        len(LARGE) * AMOUNT_MAX - sum(LARGE)
    }


async def test_sum_beyond_53_bits_is_exact(database: Database) -> None:
    shop = without_approval(database)
    for amount in (*[AMOUNT_MAX] * 9, 2**53 - 9 * AMOUNT_MAX + 1):
        payment = await shop.capture(AMOUNT_MAX, currency="IDR")
        await shop.settle(payment, await shop.refund(payment, amount))
    await run_dry(relay_of(database), database)
    reads = MongoVerificationReads(database)

    (line,) = await reads.ledger_sums()
    tallies = [tally.amount for day in await reads.roll_ups("", 100) for tally in day.cells.values()]

    assert line.gateway_amount == 10 * AMOUNT_MAX - 2**53 - 1
    assert max(tallies) <= 10 * AMOUNT_MAX
    assert sum(tallies) % 2 == 1 or sum(tallies) > 2**53
