"""What is stored keeps its names and bytes, whatever the domain calls it; no field is stored without a decision."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from bson import json_util
from msgspec.structs import fields
from tests.support.copies import replace
from tests.support.payments import fullest

from refunds.adapters.mongo import stored_forms
from refunds.adapters.mongo.audit_log import _record as audit_record
from refunds.adapters.mongo.payments.bulk_files import _document as file_document
from refunds.adapters.mongo.payments.digests import (
    approval_digests,
    payment_digest,
    refund_digest,
    required_approvals_digest,
    violations_digest,
)
from refunds.adapters.mongo.payments.documents import new_payment_document, to_fields, to_payment
from refunds.adapters.mongo.payments.outbox_codec import decode_envelope, encode_change, encode_event
from refunds.adapters.mongo.projections.read_model_documents import (
    ledger_document,
    refund_document,
    roll_up_update,
    to_listed,
    to_posted,
)
from refunds.adapters.mongo.stored_forms import ATTEMPT, DOUBT, PAYMENT, REFUND, SHAPE, upcast
from refunds.domain.payment.attempt import Attempt, Doubt
from refunds.domain.payment.status_reason import StatusReason
from refunds.domain.stored_names import StoredNames, Undecided
from refunds.usecases.audit import audit_codec

GOLDEN = Path(__file__).parents[2] / "data" / "stored" / "documents.json"
"""Made by the release before there were tables of names. Only ever added to."""

TABLES: Mapping[str, StoredNames] = {
    f"{module.__name__.rpartition('.')[2]}.{name}": table
    for module in (stored_forms, audit_codec)
    for name, table in vars(module).items()
    if isinstance(table, StoredNames)
}
NATIVE = (datetime,)
AWARE = json_util.JSONOptions(tz_aware=True, tzinfo=UTC)


def golden() -> Mapping[str, Any]:
    """Documents, digests and bodies as that release stored them."""
    found: Mapping[str, Any] = json_util.loads(GOLDEN.read_text(), json_options=AWARE)
    return found


def as_stored_now() -> dict[str, Any]:
    """The same values as this release stores them."""
    payment = new_payment_document(fullest.PAYMENT)
    refund = to_fields(fullest.REFUND, REFUND)
    roll_up: Any = roll_up_update(*fullest.ROLL_UP)
    of_digests = (
        payment_digest("pay_1", payment),
        refund_digest("ref_1", refund),
        *approval_digests("ref_1", refund["approvals"]),
        required_approvals_digest("ref_1", refund),
        violations_digest("ref_1", refund),
    )
    return {
        "payment": payment,
        "refund": refund,
        "event": encode_event(fullest.EVENT),
        "envelope": encode_change(fullest.CHANGE),
        "digests": [digest.value for digest in of_digests],
        "tenant": to_fields(fullest.TENANT, stored_forms.TENANT),
        "parameter value": to_fields(fullest.PARAMETER_VALUE, stored_forms.PARAMETER_VALUE),
        "position": to_fields(fullest.POSITION, stored_forms.POSITION),
        "row": refund_document(fullest.LISTED),
        "ledger entry": ledger_document(fullest.ENTRY),
        "roll-up": {"filter": roll_up._filter, "update": roll_up._doc},
        "audit record": audit_record(fullest.AUDIT_LINK, fullest.AUDIT_ENTRY),
        "file": file_document(fullest.FILE),
        "audit body of a payment": audit_codec.payment_entry(fullest.CHANGE, is_late=True).body.decode(),
        "audit body of a tenant": audit_codec.tenant_entry(fullest.TENANT).body.decode(),
        "audit body of a parameter value": audit_codec.parameter_entry(fullest.PARAMETER_VALUE).body.decode(),
    }


def through_json(value: Any) -> Any:
    """As the golden file gives it back: the driver's own types, times in UTC."""
    return json_util.loads(json_util.dumps(value), json_options=AWARE)


@pytest.mark.parametrize("kind", sorted(golden()))
def test_what_is_stored_has_the_names_and_bytes_of_the_release_before(kind: str) -> None:
    stored = through_json(as_stored_now()[kind])

    if kind == "payment":
        assert stored.pop(SHAPE) == stored_forms.PAYMENT_SHAPE_WRITTEN
    assert stored == golden()[kind]


def test_golden_values_have_every_field_of_their_kind_filled() -> None:
    values = (fullest.REFUND, fullest.REFUND.attempts[0], fullest.REFUND.attempts[0].doubt, fullest.PAYMENT)
    more = (fullest.EVENT, fullest.CHANGE, fullest.TENANT, fullest.PARAMETER_VALUE, fullest.POSITION, fullest.WEBHOOK)

    empty = [
        f"{type(value).__name__}.{field.name}"
        for value in (*values, *more)
        for field in fields(value)
        if getattr(value, field.name) in (None, "", 0, (), False)
    ]

    assert empty == []


def test_what_the_release_before_stored_is_read_as_the_same_values() -> None:
    stored = golden()
    document = {name: value for name, value in stored["payment"].items() if name != "events"}

    assert to_payment(document) == replace(fullest.PAYMENT, events=())
    assert decode_envelope("pay_1", bytes(stored["envelope"])) == fullest.CHANGE
    assert to_posted(stored["ledger entry"]) == fullest.ENTRY
    assert to_listed(stored["row"]) == replace(fullest.LISTED, is_new=False)


def without_zones(value: Any) -> Any:
    """The value as the driver reads it: times without a zone."""
    if isinstance(value, dict):
        return {name: without_zones(member) for name, member in value.items()}
    if isinstance(value, list):
        return [without_zones(member) for member in value]
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def test_every_time_of_a_payment_is_read_in_utc_although_the_driver_reads_it_without_a_zone() -> None:
    stored = without_zones({name: value for name, value in golden()["payment"].items() if name != "events"})
    before = deepcopy(stored)

    assert to_payment(stored) == replace(fullest.PAYMENT, events=())
    assert stored == before


def test_violation_and_reason_of_the_release_before_have_their_texts_and_no_facts() -> None:
    document = {name: value for name, value in golden()["payment"].items() if name != "events"}
    del document["refunds"][0]["violations"][0]["facts"]
    del document["refunds"][0]["status_reason"]["detail"], document["refunds"][0]["status_reason"]["facts"]

    refund = to_payment(document).refunds[0]

    violation = refund.violations[0]
    assert (violation.message, violation.remediation, violation.facts) == ("It is.", "Wait.", None)
    assert refund.status_reason == StatusReason(code="declined", text="It was declined.")


def table_of(table: StoredNames, kind: type[Any], other: Mapping[str, str] | None = None) -> StoredNames:
    """The table's names for another class; `other` are those that the class has another name for."""
    renamed = other or {}
    same = " ".join(name for name in table.stored if name not in ("_id", *renamed))
    left_out = " ".join(table.left_out)
    return StoredNames(kind, same, other=renamed, left_out=left_out, key=table.key, parts=table.parts)


def with_names(kind: type[Any], names: Mapping[str, str], *more: str) -> type[Any]:
    """The class with some fields under another name, and some more."""
    shape = [(names.get(field.name, field.name), field.type) for field in fields(kind)]
    return msgspec.defstruct(kind.__name__, [*shape, *((name, str) for name in more)], frozen=True, kw_only=True)


@pytest.mark.parametrize("name", TABLES)
def test_field_that_is_renamed_or_added_without_a_decision_stops_the_import(name: str) -> None:
    table = TABLES[name]

    for field in fields(table.kind):
        with pytest.raises(Undecided, match="renamed"):
            table_of(table, with_names(table.kind, {field.name: "renamed"}))
    with pytest.raises(Undecided, match="added"):
        table_of(table, with_names(table.kind, {}, "added"))


def test_renamed_field_is_stored_and_digested_under_its_old_name() -> None:
    names = {"fingerprint": "body_print", "created_by": "asked_by", "id": "refund_id"}
    renamed = with_names(type(fullest.REFUND), names)
    values = {names.get(f.name, f.name): getattr(fullest.REFUND, f.name) for f in fields(fullest.REFUND)}

    stored = to_fields(renamed(**values), table_of(REFUND, renamed, names))
    back = table_of(REFUND, renamed, names).to_domain({**stored, "of a later release": 1})

    assert stored == to_fields(fullest.REFUND, REFUND)
    assert refund_digest("ref_1", stored) == refund_digest("ref_1", to_fields(fullest.REFUND, REFUND))
    assert back == msgspec.to_builtins(renamed(**values), builtin_types=NATIVE)


def test_field_that_is_renamed_deep_inside_keeps_its_stored_name() -> None:
    doubt = StoredNames(
        with_names(Doubt, {"question": "asked_about"}),
        "contradictions missing_since refused_submission other_ids",
        other={"question": "asked_about"},
    )
    attempt = StoredNames(Attempt, " ".join(ATTEMPT.stored), parts={"doubt": doubt})
    refund = StoredNames(type(fullest.REFUND), " ".join(REFUND.stored), parts={**REFUND.parts, "attempts": attempt})
    payment = StoredNames(
        type(fullest.PAYMENT),
        " ".join(PAYMENT.stored[1:]),
        key="id",
        left_out="events",
        parts={**PAYMENT.parts, "refunds": refund},
    )
    stored = to_fields(fullest.PAYMENT, PAYMENT)

    by_domain = payment.to_domain(through_json(stored))
    again = payment.to_stored({**by_domain, "events": []})

    assert by_domain["refunds"][0]["attempts"][0]["doubt"]["asked_about"] == "succeeded"
    assert "question" not in by_domain["refunds"][0]["attempts"][0]["doubt"]
    assert again == through_json(stored)
    assert DOUBT.is_plain
    assert not payment.is_plain


def test_table_shows_what_is_wrong_with_it() -> None:
    with pytest.raises(Undecided, match="named twice"):
        StoredNames(Doubt, "question question contradictions missing_since refused_submission other_ids")
    with pytest.raises(Undecided, match="parts that are not stored"):
        table_of(DOUBT, Doubt).__class__(Doubt, " ".join(DOUBT.stored), parts={"gone": DOUBT})


def test_document_of_an_earlier_shape_goes_through_every_step_and_a_later_one_is_left_alone() -> None:
    steps = {1: lambda d: {**d, "b": d["a"]}, 2: lambda d: {**d, "c": d["b"] + 1}}

    assert upcast({"a": 1}, 3, steps) == {"a": 1, "b": 1, "c": 2}
    assert upcast({"b": 5, SHAPE: 2}, 3, steps) == {"b": 5, "c": 6, SHAPE: 2}
    assert upcast({"x": 1, SHAPE: 9}, 3, steps) == {"x": 1, SHAPE: 9}
