"""Refunds in doubt, merged or missing, on the real database: read back as they were decided, relayed, and verified."""

from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.support.adapters.relays import relay_of, run_dry
from tests.support.adapters.shop import Shop
from tests.support.adapters.verifying import lines_of, verified_without_books

from refunds.adapters.mongo.read_model_schema import AUDIT_LOG, LEDGER, REFUND_LIST
from refunds.domain import ids
from refunds.domain.attempt.conflicting_results import CONTRADICTIONS_MAX
from refunds.domain.attempt.external_refunds import record_external_refund
from refunds.domain.attempt.gateway_result import GatewayResult, ResultKind, Source
from refunds.domain.attempt.reconciliation import Reconciliation, Resolution, reconcile_refund
from refunds.domain.attempt.result_recording import record_gateway_result
from refunds.domain.payment.payment import Payment, Refund
from refunds.domain.payment.states import Status
from refunds.domain.tenancy import ALL_TENANTS
from refunds.usecases.verification.verification_report import Invariant, Report
from refunds.usecases.verification.verify_invariants import VerifyBounds

Database = AsyncDatabase[Any]
ACTOR = "gateway:sandbox"
BOUNDS = VerifyBounds(rechecks_max=1, caught_up_timeout_s=0.1)


def found(report: Report) -> list[str]:
    """What the verification found, but for the relay, which nobody runs meanwhile."""
    return [line for check in report.checks if check.invariant is not Invariant.CAUGHT_UP for line in lines_of(check)]


@pytest.fixture
def shop(database: Database) -> Shop:
    """Makes payments and refunds."""
    return Shop(database)


async def reported(shop: Shop, payment: Payment, refund: Refund, kind: ResultKind, **said: Any) -> Refund:
    """The refund after a result, as read back from the database past every cache."""
    result, now = GatewayResult(kind=kind, **said), shop.clock.now()
    decision = await shop.payments.change(
        ALL_TENANTS,
        payment.id,
        lambda p: record_gateway_result(p, refund.attempts[-1].id, result, shop.limits, now, ACTOR),
    )
    read = (await Shop(shop.database).payments.get(ALL_TENANTS, payment.id)).refund(refund.id)
    assert read == decision.refund
    return read


async def adopted(shop: Shop, payment: Payment, name: str, amount: int) -> Refund:
    result, now = GatewayResult(kind=ResultKind.SUCCEEDED, gateway_refund_id=name, amount=amount), shop.clock.now()
    new_id = ids.refund_id(int(now.timestamp() * 1000), 77, payment.id, payment.merchant_id)
    decision = await shop.payments.change(
        ALL_TENANTS,
        payment.id,
        lambda p: record_external_refund(p, new_id, result, p.currency, shop.limits, now, ACTOR),
    )
    return decision.refund


async def test_whatever_a_gateway_contradicts_is_read_back_relayed_and_sound(database: Database, shop: Shop) -> None:
    payment = await shop.capture(10_000)
    reopened = await shop.settle(payment, await shop.refund(payment, 11), ResultKind.REFUSED, "declined")
    reopened = await reported(shop, payment, reopened, ResultKind.SUCCEEDED, occurred_at=shop.clock.now())
    in_question = await shop.settle(payment, await shop.refund(payment, 12))
    in_question = await reported(shop, payment, in_question, ResultKind.FAILED, code="account_closed")
    missing = await shop.settle(payment, await shop.refund(payment, 13), ResultKind.PENDING)
    missing = await reported(shop, payment, missing, ResultKind.NOT_FOUND, source=Source.QUERY)
    confirmed = await shop.settle(payment, await shop.refund(payment, 14), ResultKind.REFUSED, "declined")
    await reported(shop, payment, confirmed, ResultKind.SUCCEEDED)
    confirmed = await reported(shop, payment, confirmed, ResultKind.SUCCEEDED, source=Source.QUERY)
    without_room = await shop.settle(payment, await shop.refund(payment, 15), ResultKind.REFUSED, "declined")
    left = (await shop.payments.get(ALL_TENANTS, payment.id)).refundable_amount
    await shop.refund(payment, left)
    without_room = await reported(shop, payment, without_room, ResultKind.SUCCEEDED)

    await run_dry(relay_of(database), database)
    report = await verified_without_books(database, BOUNDS)

    assert (reopened.status, in_question.status, missing.status) == (Status.UNKNOWN, Status.COMPLETED, Status.UNKNOWN)
    assert (confirmed.status, without_room.status) == (Status.COMPLETED, Status.FAILED)
    assert missing.attempts[-1].doubts.missing_since is not None
    assert found(report) == []


async def test_merged_movement_is_one_in_the_ledger_the_lists_and_the_books(database: Database, shop: Shop) -> None:
    payment = await shop.capture(10_000)
    ours = await shop.settle(payment, await shop.refund(payment, 300), ResultKind.REFUSED, "declined")
    twin = await adopted(shop, payment, "gr_77", 300)
    await reported(shop, payment, ours, ResultKind.SUCCEEDED, gateway_refund_id="gr_77")
    await reported(shop, payment, ours, ResultKind.SUCCEEDED, source=Source.QUERY, gateway_refund_id="gr_77")

    await run_dry(relay_of(database), database)
    report = await verified_without_books(database, BOUNDS)

    entries = await database[LEDGER].find({"payment_id": payment.id}).to_list(None)
    rows = {row["_id"]: row["status"] for row in await database[REFUND_LIST].find({}).to_list(None)}
    assert sum(entry["gateway_amount"] for entry in entries) == 10_000 - 300
    assert (rows[ours.id], rows[twin.id]) == ("completed", "reversed")
    assert (await shop.payments.get(ALL_TENANTS, payment.id)).refunded_amount == 300
    assert found(report) == []


async def test_whatever_a_person_reconciles_is_read_back_relayed_and_sound(database: Database, shop: Shop) -> None:
    async def reconciled(refund: Refund, resolution: Resolution) -> Refund:
        order = Reconciliation(refund_id=refund.id, resolution=resolution, note="INC-7", by="usr_operator")
        decision = await shop.payments.change(
            ALL_TENANTS, payment.id, lambda p: reconcile_refund(p, order, shop.limits, shop.clock.now())
        )
        read = (await Shop(shop.database).payments.get(ALL_TENANTS, payment.id)).refund(refund.id)
        assert read == decision.refund
        return read

    payment = await shop.capture(10_000)
    made = {}
    for number, resolution in enumerate(Resolution):
        failed = await shop.settle(payment, await shop.refund(payment, 11 + number), ResultKind.REFUSED, "declined")
        failed = await reported(shop, payment, failed, ResultKind.SUCCEEDED, occurred_at=shop.clock.now())
        made["failed", resolution] = await reconciled(failed, resolution)
        moved = await shop.settle(payment, await shop.refund(payment, 21 + number))
        moved = await reported(shop, payment, moved, ResultKind.FAILED, code="account_closed")
        made["moved", resolution] = await reconciled(moved, resolution)
        missing = await shop.settle(payment, await shop.refund(payment, 31 + number), ResultKind.PENDING)
        missing = await reported(shop, payment, missing, ResultKind.NOT_FOUND, source=Source.QUERY)
        made["missing", resolution] = await reconciled(missing, resolution)
        endless = await shop.settle(payment, await shop.refund(payment, 41 + number))
        for _ in range(CONTRADICTIONS_MAX + 1):
            endless = await reported(shop, payment, endless, ResultKind.FAILED)
            if endless.attempts[-1].is_in_question:
                endless = await reported(shop, payment, endless, ResultKind.SUCCEEDED, source=Source.QUERY)
        made["endless", resolution] = await reconciled(endless, resolution)

    await run_dry(relay_of(database), database)
    report = await verified_without_books(database, BOUNDS)

    statuses = {name: refund.status for name, refund in made.items()}
    assert {name[0]: status for name, status in statuses.items() if name[1] is Resolution.ASK_AGAIN} == {
        "failed": Status.UNKNOWN,
        "moved": Status.COMPLETED,
        "missing": Status.UNKNOWN,
        "endless": Status.COMPLETED,
    }
    assert {status for name, status in statuses.items() if name[1] is Resolution.COMPLETED} == {Status.COMPLETED}
    assert {name[0]: status for name, status in statuses.items() if name[1] is Resolution.FAILED} == {
        "failed": Status.FAILED,
        "moved": Status.REVERSED,
        "missing": Status.FAILED,
        "endless": Status.REVERSED,
    }
    assert found(report) == []


async def test_note_of_a_person_that_was_changed_in_the_database_is_found(database: Database, shop: Shop) -> None:
    payment = await shop.capture(10_000)
    failed = await shop.settle(payment, await shop.refund(payment, 11), ResultKind.REFUSED, "declined")
    failed = await reported(shop, payment, failed, ResultKind.SUCCEEDED, occurred_at=shop.clock.now())
    order = Reconciliation(refund_id=failed.id, resolution=Resolution.COMPLETED, note="INC-7", by="usr_operator")
    await shop.payments.change(
        ALL_TENANTS, payment.id, lambda p: reconcile_refund(p, order, shop.limits, shop.clock.now())
    )
    await run_dry(relay_of(database), database)
    assert found(await verified_without_books(database, BOUNDS)) == []

    log = await database[AUDIT_LOG].find_one({"body": {"$regex": "INC-7"}})
    assert log is not None
    await database[AUDIT_LOG].update_one({"_id": log["_id"]}, {"$set": {"body": log["body"].replace("INC-7", "INC-8")}})

    lines = found(await verified_without_books(database, BOUNDS))
    assert any("differs from this version of the payment" in line for line in lines)
    assert any("does not contain the hash of the record before it" in line for line in lines)
