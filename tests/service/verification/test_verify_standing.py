"""A verification names what a stored payment says of approvals, reasons and tries that nothing else explains."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.support.adapters.chains import rewrite
from tests.support.adapters.relays import relay_of, run_dry
from tests.support.adapters.shop import Shop
from tests.support.adapters.verifying import lines_of, verified_without_books
from tests.support.payments.money_limits import whole
from tests.support.payments.payments import limits

from refunds.adapters.local.clock import SystemClock
from refunds.adapters.mongo.payments.payment_scan import MongoPaymentScan
from refunds.adapters.mongo.read_model_schema import REFUND_LIST, ROLL_UPS
from refunds.adapters.mongo.schema import PAYMENTS
from refunds.domain import ids
from refunds.domain.attempt.external_refunds import record_external_refund
from refunds.domain.attempt.result_recording import GatewayResult, ResultKind, begin_step, record_gateway_result
from refunds.domain.payment.payment import Approval, Payment, Refund
from refunds.domain.refund.lifecycle import approve_refund, reject_refund
from refunds.domain.tenancy import ALL_TENANTS
from refunds.usecases.verification.verification_report import Invariant
from refunds.usecases.verification.verify_invariants import VerifyBounds

Database = AsyncDatabase[Any]
Fields = dict[str, Any]

LARGE = 200_000
FAR = datetime(2190, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 7, 1, tzinfo=UTC)
YEAR_9999 = datetime(9999, 1, 1, tzinfo=UTC)
BOUNDS = VerifyBounds(rechecks_max=1, caught_up_timeout_s=0.1)
OF_TWO = limits(auto_approval_below=whole(0), approvals_required=2)
OF_THREE = limits(auto_approval_below=whole(0), approvals_required=3)
REVIEW = re.compile(r'\{"of":"[^"]*/(?:approvals_asked|violations)","value":"[^"]*"\},?')


@pytest.fixture
async def sound(database: Database) -> Database:
    """Refunds that wait for two approvals, for one more of three, were rejected, broke a rule, were tried again."""
    shop = Shop(database)
    await shop.busy_hour(2)
    payment = await shop.capture(amount=20 * LARGE)
    one = shop.limits
    shop.limits = OF_TWO
    await shop.refund(payment, LARGE)
    await _decide(shop, payment, await shop.refund(payment, LARGE + 1), OF_THREE)
    ready = await shop.refund(payment, LARGE + 2)
    for person in ("usr_boss", "usr_chief"):
        await _decide(shop, payment, ready, OF_TWO, person)
    rejected = await shop.refund(payment, LARGE + 3)
    approval = _approval(shop, "usr_boss", "rejected")
    await shop.payments.change(ALL_TENANTS, payment.id, lambda p: reject_refund(p, rejected.id, approval, approval.at))
    shop.limits = limits(refund_window_days=0)
    shop.clock.present += timedelta(days=1)
    await shop.refund(payment, LARGE + 4)
    shop.limits = one
    again = await shop.refund(payment, 31)
    away = GatewayResult(kind=ResultKind.UNAVAILABLE, code="rate_limited")
    now, later = shop.clock.now(), shop.clock.now() + timedelta(hours=1)
    await shop.payments.change(
        ALL_TENANTS,
        payment.id,
        lambda p: record_gateway_result(p, again.attempts[0].id, away, shop.limits, now, "gateway:sandbox"),
    )
    await shop.payments.change(ALL_TENANTS, payment.id, lambda p: begin_step(p, again.id, shop.limits, later))
    lost = await shop.refund(payment, 33)
    unheard = GatewayResult(kind=ResultKind.UNKNOWN)
    await shop.payments.change(
        ALL_TENANTS,
        payment.id,
        lambda p: record_gateway_result(p, lost.attempts[0].id, unheard, shop.limits, now, "gateway:sandbox"),
    )
    await _settled(shop, payment, 41, GatewayResult(kind=ResultKind.REFUSED, code="declined"))
    await _settled(shop, payment, 43, GatewayResult(kind=ResultKind.PENDING, gateway_refund_id="gr_43", arn="arn_43"))
    failure = GatewayResult(kind=ResultKind.FAILED, code="account_closed")
    await _settled(shop, payment, 43, failure)
    await _settled(shop, payment, 47, failure)
    made_there = GatewayResult(kind=ResultKind.SUCCEEDED, gateway_refund_id="gr_people", amount=37)
    new_id = ids.refund_id(int(now.timestamp() * 1000), 37, payment.id, payment.merchant_id)
    await shop.payments.change(
        ALL_TENANTS,
        payment.id,
        lambda p: record_external_refund(p, new_id, made_there, p.currency, shop.limits, now, "gateway:sandbox"),
    )
    await run_dry(relay_of(database), database)
    return database


async def _settled(shop: Shop, payment: Payment, amount: int, result: GatewayResult) -> None:
    """Records a result of the payment's refund of that amount, which is made if there is none yet."""
    present = await shop.payments.get(ALL_TENANTS, payment.id)
    refund = next((r for r in present.refunds if r.amount == amount), None) or await shop.refund(payment, amount)
    attempt_id, now = refund.attempts[0].id, shop.clock.now()
    await shop.payments.change(
        ALL_TENANTS,
        payment.id,
        lambda p: record_gateway_result(p, attempt_id, result, shop.limits, now, "gateway:sandbox"),
    )


def _approval(shop: Shop, by: str, decision: str) -> Approval:
    return Approval(by=by, role="bank_admin", decision=decision, at=shop.clock.now(), text="seen")


async def _decide(shop: Shop, payment: Payment, refund: Refund, within: Any, by: str = "usr_boss") -> None:
    approval = _approval(shop, by, "approved")
    await shop.payments.change(
        ALL_TENANTS, payment.id, lambda p: approve_refund(p, refund.id, approval, within, approval.at)
    )


async def edit(database: Database, wanted: Fields, fields: Fields) -> str:
    """Changes the first refund of which these fields hold, and its row's reason alike; gives its id."""
    found = await database[PAYMENTS].find_one({"refunds": {"$elemMatch": wanted}})
    assert found is not None
    index, refund = next(
        (i, r) for i, r in enumerate(found["refunds"]) if all(r[name] == value for name, value in wanted.items())
    )
    sets = {f"refunds.{index}.{name}": value for name, value in fields.items()}
    assert (await database[PAYMENTS].update_one({"_id": found["_id"]}, {"$set": sets})).modified_count == 1
    changed = await database[PAYMENTS].find_one({"_id": found["_id"]})
    assert changed is not None
    reason = changed["refunds"][index]["status_reason"]
    await database[REFUND_LIST].update_one(
        {"_id": refund["id"]}, {"$set": {"status_reason": reason["code"] if reason else ""}}
    )
    return str(refund["id"])


async def found_of(database: Database) -> dict[Invariant, list[str]]:
    """The lines by invariant, without that of a relay that nobody runs meanwhile."""
    report = await verified_without_books(database, BOUNDS)
    return {
        check.invariant: list(lines_of(check))
        for check in report.checks
        if check.violations and check.invariant is not Invariant.CAUGHT_UP
    }


async def test_refunds_that_nobody_edited_are_not_named(sound: Database) -> None:
    refunds = [r for p in await sound[PAYMENTS].find({}).to_list(None) for r in p["refunds"]]

    assert {r["status"] for r in refunds} >= {"pending_approval", "rejected", "validation_failed", "gateway_error"}
    assert [r["approvals_raised_to"] for r in refunds if r["approvals_raised_to"]] == [3]
    assert await found_of(sound) == {}


WAITS = {"status": "pending_approval", "amount": LARGE}
RAISED = {"status": "pending_approval", "amount": LARGE + 1}
READY = {"status": "processing", "amount": LARGE + 2}
REFUSED = {"status": "validation_failed"}
TRIED = {"status": "gateway_error"}
ENDED = {"status": "completed"}
PENDING = {"status": "gateway_pending"}
LOST = {"status": "unknown", "amount": 33}
TURNED_AWAY = {"status": "failed", "amount": 41}
FAILED_LATER = {"status": "failed", "amount": 43}
FAILED_AT_ONCE = {"status": "failed", "amount": 47}
MADE_THERE = {"status": "completed", "amount": 37}
DOUBT: Fields = {
    "question": "",
    "contradictions": 0,
    "missing_since": None,
    "refused_submission": 0,
    "other_ids": [],
}


@pytest.mark.parametrize(
    ("wanted", "fields"),
    [
        pytest.param(WAITS, {"approvals_required": 1}, id="one approval fewer"),
        pytest.param(WAITS, {"approvals_required": 5}, id="approvals more"),
        pytest.param(WAITS, {"approvals_raised_to": 4}, id="raised by nobody"),
        pytest.param(RAISED, {"approvals_raised_to": 0}, id="no longer raised"),
        pytest.param(RAISED, {"approvals_required": 1}, id="fewer at its review"),
        pytest.param(REFUSED, {"violations.0.message": "Other.", "status_reason.text": "Other."}, id="what it broke"),
        pytest.param(REFUSED, {"violations.0.remediation": "Pay twice."}, id="what can be done"),
    ],
)
async def test_what_a_review_made_is_vouched_for(sound: Database, wanted: Fields, fields: Fields) -> None:
    name = await edit(sound, wanted, fields)

    found = await found_of(sound)
    assert any(line.startswith(name) for line in found[Invariant.AUDITED])


@pytest.mark.parametrize(
    ("wanted", "fields"),
    [
        pytest.param(WAITS, {"status_reason.text": "Approved."}, id="text of a wait"),
        pytest.param({"status": "rejected"}, {"status_reason.text": "Other."}, id="text of a rejection"),
        pytest.param({"status": "canceled"}, {"status_reason.text": "Other."}, id="text of a cancellation"),
        pytest.param({"status": "failed"}, {"status_reason.text": "Other."}, id="text of a failure"),
        pytest.param({"status": "reversed"}, {"status_reason.text": "Other."}, id="text of a reversal"),
        pytest.param(REFUSED, {"status_reason.text": "Other."}, id="text of broken rules"),
        pytest.param(TRIED, {"status_reason.text": "Other."}, id="text of an error"),
        pytest.param(TRIED, {"status_reason.code": "declined"}, id="code of an error"),
        pytest.param(
            {"status": "gateway_pending"}, {"status_reason": {"code": "declined", "text": ""}}, id="code of a wait"
        ),
        pytest.param({"status": "completed"}, {"expected_at": FAR}, id="when it is expected"),
        pytest.param(REFUSED, {"violations": []}, id="no rule broken"),
        pytest.param(
            {"status": "completed"},
            {"violations": [{"code": "x", "category": "", "pointer": "", "message": "", "remediation": ""}]},
            id="rules broken by a success",
        ),
        pytest.param(READY, {"attempts.0.tries": 99}, id="tries that no write began"),
        pytest.param(READY, {"attempts.0.asks": 99}, id="questions that no write asked"),
        pytest.param(READY, {"attempts.0.tries": 0}, id="no try"),
        pytest.param(READY, {"attempts.0.unsent": 2}, id="more tries unsent than made"),
        pytest.param(READY, {"attempts.0.first_sent_at": FAR}, id="first sent later"),
        pytest.param(TRIED, {"attempts.0.first_sent_at": FAR}, id="first sent after its last try"),
        pytest.param(TRIED, {"attempts.0.tries": 1}, id="a try fewer"),
        pytest.param(READY, {"history": [], "history_count": 0}, id="no history"),
        pytest.param(READY, {"attempts.0.outcome_at": YEAR_9999}, id="a time that makes all later words older"),
        pytest.param(ENDED, {"attempts.0.outcome_at": YEAR_9999}, id="the same of a success"),
        pytest.param(PENDING, {"attempts.0.is_acknowledged": False}, id="pending, and not acknowledged"),
        pytest.param(ENDED, {"attempts.0.is_acknowledged": False}, id="completed, and not acknowledged"),
        pytest.param(ENDED, {"attempts.0.unsent": 1}, id="completed, and never sent"),
        pytest.param(PENDING, {"attempts.0.unsent": 1}, id="pending, and never sent"),
        pytest.param(LOST, {"attempts.0.unsent": 1}, id="lost, and never sent"),
        pytest.param(READY, {"attempts.0.unsent_since": FAR}, id="away from a day to come on"),
        pytest.param(MADE_THERE, {"attempts.0.gateway_refund_id": ""}, id="an external refund without its id"),
        pytest.param(MADE_THERE, {"attempts.0.gateway_refund_id": "gr_x"}, id="an external refund with another id"),
        pytest.param(LOST, {"attempts.0.error_raw": "R02"}, id="a gateway's code where no error is"),
        pytest.param(LOST, {"attempts.0.unsent_since": NOW}, id="away without a try that was not sent"),
        pytest.param(LOST, {"attempts.0.doubt": DOUBT | {"question": "succeeded"}}, id="asked which of one word holds"),
        pytest.param(READY, {"attempts.0.doubt": DOUBT | {"question": "succeeded"}}, id="asked before it was sent"),
        pytest.param(ENDED, {"attempts.0.doubt": DOUBT | {"contradictions": 3}}, id="contradictions never heard"),
        pytest.param(ENDED, {"attempts.0.doubt": DOUBT | {"missing_since": NOW}}, id="completed, and missing"),
        pytest.param(LOST, {"attempts.0.doubt": DOUBT | {"missing_since": NOW}}, id="missing, and never asked for"),
        pytest.param(LOST, {"attempts.0.doubt": DOUBT | {"refused_submission": 1}}, id="refused by its only try"),
        pytest.param(LOST, {"attempts.0.doubt": DOUBT | {"other_ids": ["a"]}}, id="other ids without a first"),
        pytest.param(TURNED_AWAY, {"attempts.0.outcome": "failed"}, id="a refusal told as a failure"),
        pytest.param(FAILED_LATER, {"attempts.0.outcome": "refused"}, id="a failure after a wait told as a refusal"),
        pytest.param(FAILED_AT_ONCE, {"attempts.0.outcome": "refused"}, id="a failure told as a refusal"),
        pytest.param(TURNED_AWAY, {"attempts.0.error_code": ""}, id="a refusal without its code"),
        pytest.param(FAILED_LATER, {"attempts.0.error_code": ""}, id="a failure without its code"),
        pytest.param(TURNED_AWAY, {"arn": "arn_x"}, id="the ARN of a refusal"),
        pytest.param(LOST, {"arn": "arn_x"}, id="the ARN of a refund that was never answered"),
        pytest.param(WAITS, {"arn": "arn_x"}, id="the ARN of a refund that was never sent"),
        pytest.param({"status": "canceled"}, {"arn": "arn_x"}, id="the ARN of a refund that was canceled"),
    ],
)
async def test_what_its_history_does_not_lead_to_is_named(sound: Database, wanted: Fields, fields: Fields) -> None:
    name = await edit(sound, wanted, fields)

    found = await found_of(sound)
    assert any(line.startswith(name) for line in found[Invariant.REPLAYED])


async def test_refund_that_nobody_asked_for_is_named(sound: Database) -> None:
    found = await sound[PAYMENTS].find_one({"refunds.status": "canceled"})
    assert found is not None
    refund = next(r for r in found["refunds"] if r["status"] == "canceled")
    more = refund | {"id": f"{refund['id'][:-1]}x", "idempotency_key": "more"}

    await sound[PAYMENTS].update_one({"_id": found["_id"]}, {"$push": {"refunds": more}})

    assert (await found_of(sound)).keys() >= {Invariant.REPLAYED, Invariant.LISTED}


async def test_route_that_is_not_that_of_its_payment_is_named(sound: Database) -> None:
    payment = await sound[PAYMENTS].find_one({})
    assert payment is not None

    await sound[PAYMENTS].update_one({"_id": payment["_id"]}, {"$set": {"route": "00000000"}})

    assert await found_of(sound) == {
        Invariant.REPLAYED: [
            (
                f"{payment['_id']}: the route (the place of a payment in the database) that the payment stores "
                "differs from the route in its id"
            )
        ]
    }


async def test_records_that_do_not_vouch_for_reviews_yet_name_nothing(sound: Database) -> None:
    await rewrite(sound, lambda record: record.update(body=REVIEW.sub("", record["body"]).replace(",]", "]")))
    await edit(sound, WAITS, {"approvals_required": 3})

    assert await found_of(sound) == {}


async def test_decision_audited_without_a_digest_removes_the_digest_before(sound: Database) -> None:
    """As where a task of the release before raised the approvals while a deploy was under way."""

    def older(record: Any) -> None:
        if "refund.approval_given" in record["body"]:
            record["body"] = REVIEW.sub("", record["body"]).replace(",]", "]")

    await rewrite(sound, older)

    assert await found_of(sound) == {}


@pytest.mark.parametrize("status", ["gateway_pending", "gateway_error", "processing", "unknown"])
async def test_refund_that_is_due_beyond_its_longest_wait_is_named(sound: Database, status: str) -> None:
    far = (SystemClock().now() + timedelta(days=25)).replace(microsecond=0)
    found = await sound[PAYMENTS].find_one({"refunds.status": status})
    assert found is not None
    sets = {f"refunds.{i}.due_at": far for i, r in enumerate(found["refunds"]) if r["status"] == status}

    await sound[PAYMENTS].update_one({"_id": found["_id"]}, {"$set": sets})

    lines = (await found_of(sound)).get(Invariant.WAITING, [])
    assert any("but the longest allowed wait ends earlier" in line for line in lines)


async def test_roll_up_of_another_shape_is_a_finding(sound: Database) -> None:
    for fields in ({"cells": "text"}, {"cells": 5}, {"path": 5}, {"path": None}, {"day": 5}):
        before = await sound[ROLL_UPS].find_one({})
        assert before is not None
        await sound[ROLL_UPS].update_one({"_id": before["_id"]}, {"$set": fields})

        assert Invariant.ROLLED_UP in await found_of(sound)

        await sound[ROLL_UPS].replace_one({"_id": before["_id"]}, before)


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"payment_method": 5}, "payment_method is int"),
        ({"refunds.0.attempts": None}, "refunds.0.attempts is null"),
        ({"refunds.0.reason": "x"}, "refunds.0.reason is str"),
        ({"refunds": {"a": 1}}, "refunds is dict"),
    ],
)
async def test_unreadable_payment_is_reported_with_the_place(sound: Database, fields: Fields, place: str) -> None:
    found = await sound[PAYMENTS].find_one({"refunds.status": "completed"})
    assert found is not None
    await sound[PAYMENTS].update_one({"_id": found["_id"]}, {"$set": fields}, bypass_document_validation=True)

    page = await MongoPaymentScan(sound).page_of([found["_id"]])

    assert [(each.reason.partition(": ")[2], each.gateway_payment_id) for each in page.unreadable] == [
        (place, found["gateway_payment_id"])
    ]
