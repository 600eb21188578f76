"""Which refund calls are read, and what is said about the others."""

import pytest

from refunds_embedded.sandbox.errors import CallRefused
from refunds_embedded.sandbox.http.reading import read_advance_call, read_dashboard_call, read_refund_call

GOOD = '"reference":"att_1","amount":60,"currency":"USD","captured_amount":100'


def _body(extra: str = "", good: str = GOOD) -> bytes:
    return f"{{{good}{extra}}}".encode()


def test_whole_call_becomes_an_order() -> None:
    body = _body(',"token":"tok_slow","metadata":{"sandbox":"tok_pending"}')

    order = read_refund_call("gp_1", "att_1", body)

    assert (order.gateway_payment_id, order.reference, order.amount) == ("gp_1", "att_1", 60)
    assert order.behaviour.name == "tok_pending"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", "body"),
        (b"[]", "body"),
        (b'{"reference":"\xff"}', "body"),
        (b"{}", "reference"),
        (_body(',"colour":"red"'), "colour"),
        (_body(good=GOOD.replace("60", "0")), "amount"),
        (_body(good=GOOD.replace("60", "-1")), "amount"),
        (_body(good=GOOD.replace("60", "1.5")), "amount"),
        (_body(good=GOOD.replace("60", "true")), "amount"),
        (_body(good=GOOD.replace("60", '"60"')), "amount"),
        (_body(good=GOOD.replace("60", "1000000000000001")), "amount"),
        (_body(good=GOOD.replace("60", "1" * 400)), "amount"),
        (_body(good=GOOD.replace("USD", "usd")), "currency"),
        (_body(good=GOOD.replace("USD", "USD\\n")), "currency"),
        (_body(good=GOOD.replace("att_1", "att 1")), "reference"),
        (_body(good=GOOD.replace("att_1", "a" * 129)), "reference"),
        (_body(',"token":""'), "token"),
        (_body(',"metadata":{"sandbox":7}'), "metadata[...]"),
    ],
)
def test_call_that_breaks_a_rule_is_refused_naming_the_field(body: bytes, field: str) -> None:
    with pytest.raises(CallRefused) as refused:
        read_refund_call("gp_1", "att_1", body)

    assert (refused.value.status, refused.value.code) == (400, "invalid_request")
    assert refused.value.field == field
    assert refused.value.rule


@pytest.mark.parametrize("key", [None, "", "att_2", "ATT_1"])
def test_idempotency_key_must_equal_the_reference(key: str | None) -> None:
    with pytest.raises(CallRefused) as refused:
        read_refund_call("gp_1", key, _body())

    assert refused.value.field == "Idempotency-Key"


@pytest.mark.parametrize("payment_id", ["", "gp 1", "gp\t1", "gp_1\n", "é", "g" * 129])
def test_payment_id_must_have_the_form_of_an_id(payment_id: str) -> None:
    with pytest.raises(CallRefused) as refused:
        read_refund_call(payment_id, "att_1", _body())

    assert refused.value.field == "gateway_payment_id"


def test_order_and_spacing_of_a_body_do_not_make_it_another() -> None:
    spaced = b'{ "amount": 60, "currency": "USD", "captured_amount": 100, "reference": "att_1" }'

    first = read_refund_call("gp_1", "att_1", _body())
    second = read_refund_call("gp_1", "att_1", spaced)

    assert first.fingerprint == second.fingerprint


@pytest.mark.parametrize(
    ("payment_id", "extra"),
    [("gp_2", ""), ("gp_1", ',"token":"tok_slow"'), ("gp_1", ',"metadata":{}')],
)
def test_other_path_token_or_metadata_makes_another_body(payment_id: str, extra: str) -> None:
    first = read_refund_call("gp_1", "att_1", _body())
    second = read_refund_call(payment_id, "att_1", _body(extra))

    assert first.fingerprint != second.fingerprint


def test_dashboard_call_has_no_reference() -> None:
    body = b'{"gateway_payment_id":"gp_1","amount":60,"currency":"USD","captured_amount":100}'

    assert read_dashboard_call(body).reference is None


@pytest.mark.parametrize("seconds", ["0", "-1", "1e12", "NaN", "null", '"1"'])
def test_clock_advances_by_a_bounded_time_only(seconds: str) -> None:
    with pytest.raises(CallRefused):
        read_advance_call(f'{{"seconds":{seconds}}}'.encode())


def test_clock_advances_by_parts_of_a_second() -> None:
    assert read_advance_call(b'{"seconds":1.5}') == 1_500
