"""Whatever a body contains, reading it gives the body or 400 or 422, even for two mistakes in one body."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.examples import examples

from refunds.runtime.http.problems import Problem
from refunds.runtime.schema.decoding import BodyReader
from refunds.services.api.files.bulk_rows import BulkRow
from refunds.services.api.routes.payments import RecordPaymentBody
from refunds.services.api.routes.refund_bodies import CreateRefundBody
from refunds.services.api.routes.tenants import AddTenantBody
from refunds.services.parameter_resolution.bodies import SetValueBody

BODIES: dict[type[Any], dict[str, Any]] = {
    RecordPaymentBody: {
        "merchant_id": "mer_1",
        "captured_amount": 100,
        "currency": "EUR",
        "payment_method": {"type": "ach", "token": "tok_ok"},
        "gateway": "sandbox",
        "gateway_payment_id": "gw",
        "captured_at": "2026-02-01T00:00:00Z",
        "line_items": [{"id": "a", "amount": 1}],
        "metadata": {"a": "b"},
    },
    SetValueBody: {
        "tenant_id": "mer_1",
        "value": {"USD": 100},
        "effective_from": "2026-02-01T00:00:00Z",
        "expires_at": "2027-02-01T00:00:00Z",
    },
    CreateRefundBody: {
        "payment_id": "pay_1",
        "amount": 100,
        "reason": {"code": "duplicate", "text": "t"},
        "line_items": [{"id": "a", "amount": 1}],
        "metadata": {"a": "b"},
    },
    BulkRow: {"payment_id": "pay_1", "amount": 100, "reason": {"code": "duplicate"}, "metadata": {"a": "b"}},
    AddTenantBody: {"kind": "bank", "parent_id": "platform", "name": "A bank"},
}
TIMES = ("captured_at", "effective_from", "expires_at")
MARK = "@@"

no_time = st.sampled_from(
    [b'"yesterday"', b'"2016-12-31T23:59:60Z"', b'"2016-12-31T23:58:60Z"', b'"\\ud800"', b'"\xff"', b"5", b"null"]
)
unreadable = st.one_of(
    st.sampled_from(
        [b'"\\ud800"', b'"\\udc00\\ud800"', b'"\xff"', b'"\xed\xa0\x80"', b"\xff", b"NaN", b"-", b'"\\u0000"']
    ),
    st.sampled_from([100, 900, 1_100, 5_000]).map(lambda deep: b"[" * deep + b"]" * deep),
    st.sampled_from([100, 900, 1_100, 5_000]).map(lambda deep: b'{"a":' * deep + b"1" + b"}" * deep),
    st.sampled_from([20, 400, 5_000]).map(lambda digits: b"9" * digits),
    st.sampled_from([b"1e999", b"0." + b"1" * 5_000, b'"' + b"a" * 70_000 + b'"', b'{"a":1,"a":2}', b'{"":{}}']),
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)),
        max_leaves=6,
    ).map(lambda value: json.dumps(value).encode()),
)


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Ways to all values within."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    inner = [place for name, member in members for place in places(member, (*way, name))]
    return [way, *inner] if way else inner


def with_marks(body: Any, marked: dict[tuple[Any, ...], str], way: tuple[Any, ...] = ()) -> Any:
    """The body with a text at each of those places."""
    if way in marked:
        return marked[way]
    if isinstance(body, dict):
        return {name: with_marks(member, marked, (*way, name)) for name, member in body.items()}
    if isinstance(body, list):
        return [with_marks(member, marked, (*way, number)) for number, member in enumerate(body)]
    return body


@st.composite
def broken(draw: st.DrawFn) -> tuple[type[Any], bytes]:
    """A body of a route with values of all kinds at some places, and mostly a time that is none."""
    kind = draw(st.sampled_from(list(BODIES)))
    body = dict(BODIES[kind])
    chosen = draw(st.lists(st.sampled_from(places(body)), max_size=2, unique=True))
    put = {place: draw(unreadable) for place in chosen}
    put |= {(name,): draw(no_time) for name in TIMES if name in body and draw(st.booleans())}
    marks = {place: f"{MARK}{number}{MARK}" for number, place in enumerate(put)}
    text = json.dumps(with_marks(body, marks)).encode()
    for place, mark in marks.items():
        text = text.replace(json.dumps(mark).encode(), put[place])
    if draw(st.booleans()):
        name, value = draw(st.sampled_from([b'"x"', b'"\\ud800"', b'"captured_at"'])), draw(unreadable)
        text = text[:-1] + b"," + name + b":" + value + b"}"
    return kind, text[: draw(st.sampled_from([len(text)] * 8 + [len(text) // 2]))]


def status_of(kind: type[Any], body: bytes) -> int:
    """The answer to reading the body alone."""
    try:
        BodyReader(kind).read(body)
    except Problem as problem:
        return problem.kind.status
    return 200


@settings(max_examples=examples(600), deadline=None)
@given(found=broken())
def test_body_is_read_or_refused_as_the_callers_mistake(found: tuple[type[Any], bytes]) -> None:
    kind, body = found

    assert status_of(kind, body) in (200, 400, 422)


@pytest.mark.parametrize("beside", [b'"\\ud800"', b"[" * 5_000 + b"]" * 5_000, b'"\xff"', b"9" * 5_000])
def test_time_that_is_none_beside_what_cannot_be_read_is_the_callers_mistake(beside: bytes) -> None:
    body = json.dumps(BODIES[RecordPaymentBody] | {"captured_at": "yesterday", "metadata": {"a": MARK}}).encode()

    assert status_of(RecordPaymentBody, body.replace(json.dumps(MARK).encode(), beside)) in (400, 422)
