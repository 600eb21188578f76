"""A verification holds each refund against its own history, each payment against its refunds, each entry whole."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.support.adapters.relays import relay_of, run_dry
from tests.support.adapters.shop import Shop
from tests.support.adapters.verifying import verified_without_books
from tests.support.payments.payments import a_result

from refunds.adapters.mongo.read_model_schema import LEDGER, REFUND_LIST
from refunds.adapters.mongo.schema import PAYMENTS
from refunds.domain.attempt.result_recording import ResultKind, begin_step, record_gateway_result
from refunds.domain.payment.payment import Approval, Payment, Refund
from refunds.domain.refund.lifecycle import approve_refund, reject_refund, review_refund, submit_refund
from refunds.domain.tenancy import ALL_TENANTS
from refunds.usecases.verification.verification_report import Invariant
from refunds.usecases.verification.verify_invariants import VerifyBounds

Database = AsyncDatabase[Any]
Fields = dict[str, Any]

LARGE = 200_000
FAR = datetime(2190, 1, 1, tzinfo=UTC)
BOUNDS = VerifyBounds(rechecks_max=1, caught_up_timeout_s=0.1)


@pytest.fixture
async def sound(database: Database) -> Database:
    """Refunds of every kind of end, some that wait, some that people decided on, all relayed."""
    shop = Shop(database)
    await shop.busy_hour(2)
    payment = await shop.capture(amount=9 * LARGE)
    for decision in ("approved", "rejected", ""):
        await _decided(shop, payment, await shop.refund(payment, LARGE), decision)
    await shop.settle_unheard(payment, await shop.refund(payment, 30))
    await shop.settle(payment, await shop.refund(payment, 31), ResultKind.UNAVAILABLE, "rate_limited")
    draft = await shop.refund(payment, 32, is_submitted=False)
    now = shop.clock.now()
    await shop.payments.change(
        ALL_TENANTS, payment.id, lambda p: submit_refund(p, draft.id, shop.limits, now, "usr_8", is_reviewed_now=False)
    )
    await shop.payments.change(
        ALL_TENANTS, payment.id, lambda p: review_refund(p, draft.id, shop.limits, now, "system")
    )
    await run_dry(relay_of(database), database)
    return database


async def _decided(shop: Shop, payment: Payment, refund: Refund, decision: str) -> None:
    now = shop.clock.now()
    approval = Approval(by="usr_boss", role="bank_admin", decision=decision, at=now, text="seen")
    if decision == "approved":
        await shop.payments.change(
            ALL_TENANTS, payment.id, lambda p: approve_refund(p, refund.id, approval, shop.limits, now)
        )
    elif decision:
        await shop.payments.change(ALL_TENANTS, payment.id, lambda p: reject_refund(p, refund.id, approval, now))


async def broken(database: Database) -> set[Invariant]:
    """What a verification finds, without that of a relay that nobody runs meanwhile."""
    report = await verified_without_books(database, BOUNDS)
    return {check.invariant for check in report.checks if check.violations} - {Invariant.CAUGHT_UP}


async def edit(database: Database, status: str, in_refund: Fields, in_payment: Fields | None = None) -> None:
    """Changes the first refund of that status, its row alike, and its payment."""
    found = await database[PAYMENTS].find_one({"refunds.status": status})
    assert found is not None
    index, refund = next((i, r) for i, r in enumerate(found["refunds"]) if r["status"] == status)
    sets = {f"refunds.{index}.{name}": value for name, value in in_refund.items()}
    await database[PAYMENTS].update_one({"_id": found["_id"]}, {"$set": sets | (in_payment or {})})
    changed = await database[PAYMENTS].find_one({"_id": found["_id"]})
    assert changed is not None
    assert changed != found
    reason = changed["refunds"][index]["status_reason"]
    row = {name: changed["refunds"][index][name] for name in ("status", "updated_at")}
    row["status_reason"] = reason["code"] if reason else ""
    await database[REFUND_LIST].update_one({"_id": refund["id"]}, {"$set": row})


async def test_refunds_that_nobody_edited_agree_with_their_histories(sound: Database) -> None:
    assert await broken(sound) == set()


CANCELED = {"code": "canceled", "text": "On request."}


@pytest.mark.parametrize(
    ("status", "fields"),
    [
        pytest.param("failed", {"status": "canceled", "status_reason": CANCELED}, id="failed made canceled"),
        pytest.param("rejected", {"status": "failed"}, id="rejected made failed"),
        pytest.param("reversed", {"status": "failed"}, id="reversed made failed"),
        pytest.param(
            "pending_approval",
            {"status": "unknown", "due_at": FAR, "due_for": "gateway", "attempts": []},
            id="pending approval made unknown",
        ),
        pytest.param("failed", {"status_reason.code": "expired_card"}, id="why it failed"),
        pytest.param("reversed", {"status_reason": None}, id="why it came back"),
        pytest.param("canceled", {"status_reason.code": "other"}, id="why it was canceled"),
        pytest.param("completed", {"updated_at": FAR}, id="when it ended"),
        pytest.param("completed", {"first_status": "pending_approval"}, id="how it began"),
        pytest.param("completed", {"submitted_by": "usr_other"}, id="who handed it in"),
        pytest.param("completed", {"submitted_at": FAR}, id="when it was handed in"),
        pytest.param("completed", {"attempts.0.outcome": "failed"}, id="an outcome"),
        pytest.param("failed", {"attempts.0.error_code": "expired_card"}, id="an error"),
        pytest.param("completed", {"attempts.0.error_raw": "X1"}, id="an error of a success"),
        pytest.param("completed", {"attempts.0.gateway": "other"}, id="an attempt's gateway"),
        pytest.param("completed", {"attempts.0.id": "att_other"}, id="an attempt's id"),
        pytest.param("completed", {"attempts": []}, id="no attempt"),
        pytest.param("completed", {"approvals_required": 1}, id="approvals that nobody asked for"),
        pytest.param("pending_approval", {"approvals_required": 0}, id="no approvals needed any more"),
        pytest.param("pending_approval", {"approval_rule": "other"}, id="which rule asked for approvals"),
    ],
)
async def test_refund_that_differs_from_its_history_is_found(sound: Database, status: str, fields: Fields) -> None:

    await edit(sound, status, fields)

    assert Invariant.REPLAYED in await broken(sound)


@pytest.mark.parametrize("status", ["rejected", "processing"])
@pytest.mark.parametrize("field", ["role", "text"])
async def test_approval_of_another_role_or_text_is_found(sound: Database, status: str, field: str) -> None:
    await edit(sound, status, {f"approvals.0.{field}": "other"})

    is_its_reason = (status, field) == ("rejected", "text")
    assert await broken(sound) == {Invariant.AUDITED} | ({Invariant.REPLAYED} if is_its_reason else set())


def in_hand(refund_id: str) -> Fields:
    """A refund as it stands once it is ready, made by hand."""
    attempt = {"id": f"att_{refund_id[4:]}01", "gateway": "sandbox", "tries": 1, "outcome": "open", "asks": 0}
    empty = {"gateway_refund_id": "", "error_code": "", "error_raw": "", "unsent": 0, "unsent_since": None}
    return {
        "status": "processing",
        "status_reason": None,
        "attempts": [attempt | empty | {"at": FAR}],
        "due_at": datetime(2025, 1, 1, tzinfo=UTC),
        "due_for": "gateway",
    }


async def test_refund_made_ready_by_hand_is_found_before_and_after_it_was_paid(sound: Database) -> None:
    found = await sound[PAYMENTS].find_one({"refunds.status": "pending_approval"})
    assert found is not None
    refund = next(refund for refund in found["refunds"] if refund["status"] == "pending_approval")
    ready = in_hand(refund["id"])

    await edit(sound, "pending_approval", ready, {"due_at": ready["due_at"], "due_for": "gateway"})
    before = await broken(sound)
    shop = Shop(sound, first_number=1000)
    await shop.payments.change(
        ALL_TENANTS,
        found["_id"],
        lambda p: record_gateway_result(
            p, ready["attempts"][0]["id"], a_result(ResultKind.SUCCEEDED), shop.limits, shop.clock.now(), "gateway:x"
        ),
    )
    await run_dry(relay_of(sound, "relay_2", polls_before_takeover=0), sound)

    assert before == {Invariant.REPLAYED}
    assert await broken(sound) == {Invariant.REPLAYED}


async def test_history_that_is_marked_as_cut_is_compared_with_the_audit_log(sound: Database) -> None:
    await edit(sound, "failed", {"status": "canceled", "status_reason": CANCELED, "history_count": 33})

    assert Invariant.REPLAYED in await broken(sound)


@pytest.mark.parametrize("is_told", [True, False])
async def test_history_longer_than_a_payment_keeps_is_compared_with_its_last_events(
    database: Database, is_told: bool
) -> None:
    shop = Shop(database)
    payment = await shop.capture()
    refund = await shop.refund(payment)
    relays = 2 if is_told else 1
    for number in range(relays):
        for _ in range(20 // relays):
            await shop.settle_unheard(payment, refund)
            await shop.settle(payment, refund, ResultKind.PENDING)
        await run_dry(relay_of(database, f"relay_{number}", polls_before_takeover=0), database)
    before = await broken(database)

    await edit(database, "gateway_pending", {"approvals_required": 1} if is_told else {"status": "unknown"})

    assert before == set()
    assert Invariant.REPLAYED in await broken(database)


async def test_amounts_of_two_entries_that_are_swapped_are_found(sound: Database) -> None:
    entries = await sound[LEDGER].find({"kind": "refund.completed"}).to_list(None)
    payment_id = next(e["payment_id"] for e in entries)
    swapped = await sound[LEDGER].find({"payment_id": payment_id, "kind": {"$ne": "payment.captured"}}).to_list(None)
    captured = await sound[LEDGER].find_one({"payment_id": payment_id, "kind": "payment.captured"})
    assert captured is not None
    for entry, other in ((swapped[0], captured), (captured, swapped[0])):
        amounts = {name: other[name] for name in ("gateway_amount", "merchant_amount")}
        await sound[LEDGER].update_one({"_id": entry["_id"]}, {"$set": amounts})

    assert await broken(sound) == {Invariant.POSTED}


@pytest.mark.parametrize("field", ["merchant_id", "refund_id", "payment_id", "kind", "at"])
async def test_entry_with_another_field_is_found(sound: Database, field: str) -> None:
    value = FAR if field == "at" else "refund.adopted" if field == "kind" else "other"

    await sound[LEDGER].update_one({"kind": "refund.completed"}, {"$set": {field: value}})

    assert await broken(sound) == {Invariant.POSTED}


async def test_entry_of_another_currency_is_found(sound: Database) -> None:
    await sound[LEDGER].update_one({"kind": "refund.completed"}, {"$set": {"currency": "USD"}})

    assert Invariant.POSTED in await broken(sound)


async def test_entry_in_the_place_of_another_is_found(sound: Database) -> None:
    entry = await sound[LEDGER].find_one({"kind": "refund.completed"})
    assert entry is not None
    await sound[LEDGER].delete_one({"_id": entry["_id"]})
    await sound[LEDGER].insert_one(entry | {"_id": "led_nobody"})

    assert await broken(sound) == {Invariant.POSTED}


@pytest.mark.parametrize(("by", "named"), [(5, {Invariant.REPLAYED}), (-1, {Invariant.REPLAYED, Invariant.AUDITED})])
@pytest.mark.parametrize("status", ["completed", "gateway_pending", "unknown", "canceled"])
async def test_version_that_no_write_made_is_found(
    sound: Database, status: str, by: int, named: set[Invariant]
) -> None:
    await sound[PAYMENTS].update_one({"refunds.status": status}, {"$inc": {"version": by}})

    assert await broken(sound) == named


async def test_version_behind_a_submission_without_an_event_is_found(sound: Database) -> None:
    shop = Shop(sound, first_number=1000)
    payment = await shop.capture()
    refund = await shop.refund(payment)
    late = shop.clock.now() + timedelta(hours=1)
    begun = await shop.payments.change(ALL_TENANTS, payment.id, lambda p: begin_step(p, refund.id, shop.limits, late))
    await run_dry(relay_of(sound, "relay_2", polls_before_takeover=0), sound)
    before = await broken(sound)

    await sound[PAYMENTS].update_one({"_id": payment.id}, {"$inc": {"version": 5}})

    assert (begun.payment.version, before) == (3, set())
    assert await broken(sound) == {Invariant.REPLAYED}


@pytest.mark.parametrize(
    "in_payment",
    [
        pytest.param({"due_at": None}, id="never"),
        pytest.param({"due_at": FAR}, id="far"),
        pytest.param({"due_at": datetime(2025, 1, 1, tzinfo=UTC)}, id="too soon"),
        pytest.param({"due_for": "review"}, id="for another"),
        pytest.param({"due_at": FAR, "lease": "tok"}, id="far under a lease"),
    ],
)
async def test_payment_that_is_not_due_when_its_refunds_are_is_found(sound: Database, in_payment: Fields) -> None:
    await sound[PAYMENTS].update_one({"refunds.status": "gateway_error"}, {"$set": in_payment})

    assert await broken(sound) == {Invariant.WAITING}


async def test_refund_that_is_put_off_for_ever_is_found(sound: Database) -> None:
    await edit(sound, "unknown", {"due_at": FAR})

    assert Invariant.WAITING in await broken(sound)


async def test_claim_that_puts_a_payment_off_breaks_nothing(sound: Database) -> None:
    await sound[PAYMENTS].update_one(
        {"refunds.status": "gateway_error"},
        {"$set": {"due_at": datetime(2026, 3, 1, 12, 0, 20, tzinfo=UTC), "lease": "tok"}},
    )

    assert await broken(sound) == set()
