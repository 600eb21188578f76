"""A verification holds what audit records and list rows say against what they tell of, however well they are forged."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from tests.support.adapters.chains import Record, rewrite
from tests.support.adapters.relays import relay_of, run_dry
from tests.support.adapters.shop import BANK, Shop
from tests.support.adapters.verifying import verified_without_books

from refunds.adapters.memory.clock import START
from refunds.adapters.mongo.read_model_schema import AUDIT_LOG, REFUND_LIST
from refunds.adapters.mongo.schema import PARAMETER_VALUES, PAYMENTS, TENANTS
from refunds.adapters.mongo.settings.parameters import MongoParameterStore
from refunds.adapters.mongo.settings.tenants import MongoTenantStore
from refunds.domain.payment.payment import Approval
from refunds.domain.refund.lifecycle import approve_refund, reject_refund
from refunds.domain.settings.parameters import ParameterValue
from refunds.domain.tenancy import ALL_TENANTS
from refunds.usecases.verification.verification_report import Invariant, Report
from refunds.usecases.verification.verify_invariants import VerifyBounds

Database = AsyncDatabase[Any]
Tamper = Callable[[Database], Awaitable[None]]

VALUE = ParameterValue(
    id="prv_1",
    name="refund_window_days",
    tenant_id="bnk_1",
    value=30,
    effective_from=START,
    expires_at=None,
    set_by="usr_admin",
    set_at=START,
)
LARGE = 200_000
BOUNDS = VerifyBounds(rechecks_max=1, caught_up_timeout_s=0.1)


@pytest.fixture
async def sound(database: Database) -> Database:
    """Tenants, a parameter, refunds of every kind, one approved and one rejected, all relayed."""
    await MongoTenantStore(database).add(ALL_TENANTS, BANK)
    await MongoParameterStore(database).add(ALL_TENANTS, VALUE)
    shop = Shop(database)
    await shop.busy_hour(4)
    payment = await shop.capture(amount=2 * LARGE)
    for decision in ("approved", "rejected"):
        refund = await shop.refund(payment, LARGE)
        now = shop.clock.now()
        approval = Approval(by="usr_boss", role="bank_admin", decision=decision, at=now)
        await shop.payments.change(
            ALL_TENANTS,
            payment.id,
            (lambda p, r=refund.id, a=approval, n=now: approve_refund(p, r, a, shop.limits, n))
            if decision == "approved"
            else (lambda p, r=refund.id, a=approval, n=now: reject_refund(p, r, a, n)),
        )
    await run_dry(relay_of(database), database)
    return database


def broken(report: Report) -> dict[Invariant, int]:
    """Violations by invariant, without that of a relay that nobody runs meanwhile."""
    return {
        check.invariant: check.violations
        for check in report.checks
        if check.violations and check.invariant is not Invariant.CAUGHT_UP
    }


async def test_sound_instance_has_no_violation(sound: Database) -> None:
    report = await verified_without_books(sound, BOUNDS)

    assert broken(report) == {}
    assert [check.checked for check in report.checks if check.invariant is Invariant.SETTINGS] == [2]


def forged(find: str, replacement: str) -> Tamper:
    """Every record with one text for another, and all hashes made anew."""

    async def tamper(database: Database) -> None:
        def change(record: Record) -> None:
            record["body"] = record["body"].replace(find, replacement)

        before = await database[AUDIT_LOG].find({"body": {"$regex": find}}).to_list(1)
        assert before, f"no record tells {find}"
        await rewrite(database, change)

    return tamper


def dropped(subject: str) -> Tamper:
    """The records of a subject left out, and all hashes made anew."""

    async def tamper(database: Database) -> None:
        await rewrite(database, lambda _: None, lambda record: record["subject"] != subject)

    return tamper


def changed(collection: str, wanted: Record, change: Record) -> Tamper:
    """One document changed in place."""

    async def tamper(database: Database) -> None:
        assert (await database[collection].update_one(wanted, change)).modified_count == 1

    return tamper


def removed(collection: str) -> Tamper:
    """The one document removed."""

    async def tamper(database: Database) -> None:
        assert (await database[collection].delete_one({})).deleted_count == 1

    return tamper


A_REFUND = {"refunds.status": "completed"}
APPROVED = {"refunds.approvals.decision": "approved"}


@pytest.mark.parametrize(
    ("tamper", "invariants"),
    [
        pytest.param(forged("usr_root", "usr_none"), {Invariant.SETTINGS}, id="who added a tenant"),
        pytest.param(forged("A bank", "B bank"), {Invariant.SETTINGS}, id="a tenant's name in the log"),
        pytest.param(forged('"value":30', '"value":31'), {Invariant.SETTINGS}, id="a parameter in the log"),
        pytest.param(forged("usr_admin", "usr_none"), {Invariant.SETTINGS}, id="who set a parameter"),
        pytest.param(dropped("bnk_1"), {Invariant.SETTINGS}, id="a tenant left out of the log"),
        pytest.param(dropped("prv_1"), {Invariant.SETTINGS}, id="a parameter left out of the log"),
        pytest.param(changed(TENANTS, {}, {"$set": {"name": "B bank"}}), {Invariant.SETTINGS}, id="a tenant's name"),
        pytest.param(changed(PARAMETER_VALUES, {}, {"$set": {"value": 31}}), {Invariant.SETTINGS}, id="a parameter"),
        pytest.param(removed(TENANTS), {Invariant.SETTINGS}, id="a tenant removed"),
        pytest.param(removed(PARAMETER_VALUES), {Invariant.SETTINGS}, id="a parameter removed"),
        pytest.param(forged('"actor":"usr_1"', '"actor":"usr_9"'), {Invariant.AUDITED}, id="who asked, in the log"),
        pytest.param(forged("usr_boss", "usr_other"), {Invariant.AUDITED}, id="who approved, in the log"),
        pytest.param(forged("svc_platform", "svc_other"), {Invariant.AUDITED}, id="who recorded a payment, in the log"),
        pytest.param(forged('"amount":100,', '"amount":900,'), {Invariant.AUDITED}, id="an amount in the log"),
        pytest.param(forged('"merchant_id":"mer_1"', '"merchant_id":"mer_2"'), {Invariant.AUDITED}, id="a merchant"),
        pytest.param(forged("merchant_id", "merchant"), {Invariant.AUDITED}, id="a record that tells nothing"),
        pytest.param(
            changed(PAYMENTS, {"refunds": {"$ne": []}}, {"$set": {"recorded_by": "svc_other"}}),
            {Invariant.AUDITED},
            id="who recorded a payment",
        ),
        pytest.param(
            changed(PAYMENTS, {"refunds": {"$ne": []}}, {"$unset": {"recorded_by": ""}}),
            {Invariant.AUDITED},
            id="who recorded a payment, removed",
        ),
        pytest.param(
            changed(PAYMENTS, A_REFUND, {"$set": {"refunds.$.created_by": "usr_9"}}),
            {Invariant.ATTRIBUTED, Invariant.AUDITED, Invariant.LISTED},
            id="who asked for a refund",
        ),
        pytest.param(
            changed(PAYMENTS, APPROVED, {"$set": {"refunds.$.approvals.0.by": "usr_9"}}),
            {Invariant.ATTRIBUTED, Invariant.AUDITED},
            id="who approved a refund",
        ),
        pytest.param(
            changed(PAYMENTS, APPROVED, {"$set": {"refunds.$.approvals": []}}),
            {Invariant.ATTRIBUTED},
            id="an approval removed",
        ),
        pytest.param(
            changed(PAYMENTS, {"refunds.status": "rejected"}, {"$set": {"refunds.1.approvals.0.decision": "approved"}}),
            {Invariant.ATTRIBUTED, Invariant.AUDITED},
            id="a refusal turned round",
        ),
        pytest.param(
            changed(REFUND_LIST, {}, {"$set": {"path.1": "bnk_2"}}), {Invariant.LISTED}, id="a row's tenant path"
        ),
        pytest.param(
            changed(REFUND_LIST, {}, {"$set": {"merchant_id": "mer_9"}}), {Invariant.LISTED}, id="a row's merchant"
        ),
        pytest.param(
            changed(REFUND_LIST, {}, {"$set": {"created_by": "usr_9"}}),
            {Invariant.LISTED},
            id="who made a row's refund",
        ),
        pytest.param(
            changed(REFUND_LIST, {}, {"$set": {"created_at": START - timedelta(days=400)}}),
            {Invariant.LISTED},
            id="when a row's refund was made",
        ),
    ],
)
async def test_forgery_is_found(sound: Database, tamper: Tamper, invariants: set[Invariant]) -> None:
    await tamper(sound)

    assert set(broken(await verified_without_books(sound, BOUNDS))) == invariants


A_PAYMENT = {"refunds.status": "completed"}
KEPT_BY_DIGEST = {
    "captured_at": START - timedelta(days=400),
    "payment_method.token": "tok_pending",
    "idempotency_key": "other",
    "fingerprint": "other",
    "customer_id": "cus_other",
    "metadata": {"order": "other"},
    "refunds.0.idempotency_key": "other",
    "refunds.0.fingerprint": "other",
    "refunds.0.metadata": {"sandbox": "other"},
    "refunds.0.metadata.sandbox": "other",
    "refunds.0.reason.text": "other",
    "dispute": "open",
}


@pytest.mark.parametrize("field", KEPT_BY_DIGEST)
async def test_field_that_never_changes_is_found_when_it_did(sound: Database, field: str) -> None:
    await changed(PAYMENTS, A_PAYMENT, {"$set": {field: KEPT_BY_DIGEST[field]}})(sound)

    assert set(broken(await verified_without_books(sound, BOUNDS))) == {Invariant.AUDITED}


@pytest.mark.parametrize(
    ("in_payment", "in_row", "value"),
    [
        pytest.param("path", "path", ["platform", "bnk_2", "mer_0"], id="tenancy"),
        pytest.param("refunds.0.reason.code", "reason", "goodwill", id="reason"),
        pytest.param("refunds.0.method", "method", "balance", id="method"),
    ],
)
async def test_field_changed_in_payment_and_row_alike_is_found(
    sound: Database, in_payment: str, in_row: str, value: object
) -> None:
    payment = await sound[PAYMENTS].find_one(A_PAYMENT | {"refunds.0.reason.code": {"$ne": "goodwill"}})
    assert payment is not None

    await changed(PAYMENTS, {"_id": payment["_id"]}, {"$set": {in_payment: value}})(sound)
    rows = {"payment_id": payment["_id"]} if in_row == "path" else {"_id": payment["refunds"][0]["id"]}
    await sound[REFUND_LIST].update_many(rows, {"$set": {in_row: value}})

    assert Invariant.AUDITED in broken(await verified_without_books(sound, BOUNDS))


async def test_record_from_before_digests_vouches_for_nothing_and_breaks_nothing(sound: Database) -> None:
    await rewrite(sound, lambda record: record.update(body=re.sub(r',"digests":\[.*\]', "", record["body"])))

    assert broken(await verified_without_books(sound, BOUNDS)) == {}


async def test_payment_from_before_it_kept_who_recorded_it_has_that_in_the_log_alone(sound: Database) -> None:
    await rewrite(sound, lambda record: record.update(body=re.sub(r',"digests":\[.*\]', "", record["body"])))
    await sound[PAYMENTS].update_many({}, {"$unset": {"recorded_by": ""}})

    assert broken(await verified_without_books(sound, BOUNDS)) == {}


async def test_late_relay_audits_the_capture_with_its_actor(database: Database) -> None:
    shop = Shop(database)
    payment = await shop.capture()
    await shop.settle(payment, await shop.refund(payment))

    await run_dry(relay_of(database), database)

    first = await database[AUDIT_LOG].find_one({"subject": payment.id, "version": 1})
    assert first is not None
    assert '"actor":"svc_platform"' in first["body"]
    assert broken(await verified_without_books(database, BOUNDS)) == {}
