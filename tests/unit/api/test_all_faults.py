"""A refused request is told every fault of its fields, each at its place, not only the first."""

from typing import Any

import msgspec
import pytest

from refunds.runtime.http.problems import INVALID_QUERY, VALIDATION_FAILED, Problem
from refunds.runtime.schema.decoding import BodyReader, read_query
from refunds.runtime.schema.faults import FAULTS_MAX
from refunds.services.api.fields import NO_AMOUNT
from refunds.services.api.routes.payments import RecordPaymentBody
from refunds.services.api.routes.refund_bodies import CreateRefundBody
from refunds.services.api.routes.refund_lists import RefundQuery
from refunds.services.api.routes.tenants import AddTenantBody
from refunds.texts.fields.field_texts import rule_text


def refused(of: Any, body: object) -> Problem:
    """The problem of a body."""
    with pytest.raises(Problem) as raised:
        BodyReader(of).read(msgspec.json.encode(body))
    return raised.value


def pointers(problem: Problem) -> dict[str, str]:
    """The codes by pointer."""
    return {error.pointer: error.code for error in problem.errors}


def test_each_missing_field_is_named() -> None:
    problem = refused(AddTenantBody, {})

    assert problem.kind is VALIDATION_FAILED
    assert pointers(problem) == {"/kind": "required", "/parent_id": "required", "/name": "required"}
    assert problem.detail == "/kind: Is required. /parent_id: Is required. /name: Is required."


def test_fault_that_the_decoder_finds_leads_and_the_others_follow() -> None:
    problem = refused(CreateRefundBody, {"amount": 5.00, "reason": "text", "foo": 1})

    assert problem.errors[0].pointer == "/amount"
    assert pointers(problem) == {
        "/amount": "invalid",
        "/payment_id": "required",
        "/reason": "invalid",
        "/foo": "unknown_field",
    }


def test_faults_within_arrays_and_objects_are_named_at_their_places() -> None:
    body = {
        "payment_id": "pay_1",
        "reason": {"code": "NO", "why": 1},
        "line_items": [{"id": "a", "amount": 1}, {"id": "", "amount": -1}, {"id": "b"}],
        "metadata": {"a b": "text"},
    }

    assert pointers(refused(CreateRefundBody, body)) == {
        "/reason/code": "invalid",
        "/reason/why": "unknown_field",
        "/line_items/1/id": "invalid",
        "/line_items/1/amount": "invalid",
        "/line_items/2/amount": "required",
        "/metadata": "invalid",
    }


def test_array_that_is_too_long_and_has_a_wrong_member_is_refused_for_both() -> None:
    items = [{"id": "a", "amount": -1}, *[{"id": "a", "amount": 1}] * 100]
    body = {"payment_id": "pay_1", "reason": {"code": "a"}, "line_items": items}

    assert set(pointers(refused(CreateRefundBody, body))) == {"/line_items", "/line_items/0/amount"}


@pytest.mark.parametrize(
    "rest",
    [b', "reason": ', b', "x": \xff}', b', "x": ' + b"[" * 100_000, b', "x": 1' + b"0" * 5_000 + b"}"],
    ids=["no end", "no UTF-8", "too deep", "too large a number"],
)
def test_first_fault_is_named_whatever_follows_it(rest: bytes) -> None:
    with pytest.raises(Problem) as raised:
        BodyReader(CreateRefundBody).read(b'{"amount": 5.5' + rest)

    assert raised.value.errors[0].pointer == "/amount"


def test_optional_field_that_is_null_keeps_its_own_rule() -> None:
    with pytest.raises(Problem) as raised:
        BodyReader(CreateRefundBody, {"/amount": NO_AMOUNT}).read(b'{"amount": null, "reason": {"code": "a"}}')

    assert {error.pointer: error.detail for error in raised.value.errors} == {
        "/amount": rule_text(NO_AMOUNT),
        "/payment_id": "Is required.",
    }


@pytest.mark.parametrize("body", [[], "text", None])
def test_body_that_is_no_object_has_one_fault(body: object) -> None:
    assert pointers(refused(CreateRefundBody, body)) == {"": "invalid"}


def test_faults_are_named_up_to_a_number() -> None:
    body = {f"unknown_{number}": 1 for number in range(1000)}

    assert len(refused(CreateRefundBody, body).errors) == FAULTS_MAX


def test_leap_second_is_no_fault_beside_another() -> None:
    body = {
        "merchant_id": "mer_1",
        "captured_amount": 0,
        "currency": "EUR",
        "payment_method": {"type": "credit_card"},
        "gateway": "sandbox",
        "gateway_payment_id": "gp_1",
        "captured_at": "2016-12-31T23:59:60Z",
    }

    assert pointers(refused(RecordPaymentBody, body)) == {"/captured_amount": "invalid"}


def test_each_invalid_parameter_of_a_query_is_named() -> None:
    with pytest.raises(Problem) as raised:
        read_query(RefundQuery, b"status=done&limit=x&foo=1&created_from=2026-03-02T14:05:00+01:00&currency=EUR")

    assert raised.value.kind is INVALID_QUERY
    told = {error.pointer: error.detail for error in raised.value.errors}
    assert set(told) == {"/status", "/limit", "/foo", "/created_from"}
    assert "Must be one of draft, " in told["/status"]
    assert "%2B" in told["/created_from"]
