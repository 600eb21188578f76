"""The relay reads from the outbox what the payment store wrote."""

from datetime import UTC, datetime

from bson import CodecOptions, decode, encode
from tests.support.copies import replace

from refunds.adapters.mongo.payments.outbox_codec import decode_envelope, encode_envelope
from refunds.domain.payment.events import EventType
from refunds.domain.payment.payment import (
    Decision,
    MethodType,
    NewEvent,
    Payment,
    PaymentMethod,
    Reason,
    Refund,
    RefundMethod,
    emit_events,
)
from refunds.domain.payment.states import Status

NOW = datetime(2025, 3, 1, 12, 0, 0, 5000, tzinfo=UTC)


def a_payment() -> Payment:
    return Payment(
        id="pay_1",
        merchant_id="mer_1",
        path=("platform", "bnk_1", "prg_1", "org_1", "mer_1"),
        version=4,
        captured_amount=1000,
        reserved_amount=0,
        refunded_amount=0,
        currency="EUR",
        payment_method=PaymentMethod(type=MethodType.CREDIT_CARD, token="tok_ok"),
        gateway="sandbox",
        gateway_payment_id="gp_1",
        captured_at=NOW,
        created_at=NOW,
        idempotency_key="k",
        fingerprint="f",
    )


def a_refund() -> Refund:
    return Refund(
        id="ref_1",
        idempotency_key="k1",
        fingerprint="f1",
        status=Status.DRAFT,
        status_reason=None,
        amount=300,
        method=RefundMethod.ORIGINAL_PAYMENT,
        reason=Reason(code="requested_by_customer", text="not stored here"),
        created_at=NOW,
        updated_at=NOW,
        created_by="usr_1",
    )


def a_decision() -> Decision:
    """A refund that was just requested."""
    news = (NewEvent(type=EventType.REFUND_REQUESTED, from_status="", status="draft"),)
    return emit_events(a_payment(), None, a_refund(), news, at=NOW, actor="usr_1")


def test_envelope_survives_the_way_through_bson() -> None:
    decision = a_decision()

    envelope = encode_envelope(decision.payment, 4, decision.payment.events, [decision.refund])
    stored = decode(encode({"events": envelope}), codec_options=CodecOptions(tz_aware=True))
    change = decode_envelope("pay_1", stored["events"])

    assert change.items == decision.payment.events
    assert (change.version, change.payment_id, change.path) == (4, "pay_1", decision.payment.path)
    assert [(r.id, r.status, r.amount, r.reason) for r in change.refunds] == [
        ("ref_1", "draft", 300, "requested_by_customer")
    ]


def test_envelope_holds_no_free_text() -> None:
    decision = a_decision()

    assert b"not stored here" not in encode_envelope(decision.payment, 4, decision.payment.events, [decision.refund])


def test_a_refund_that_a_write_changes_without_an_event_is_not_in_its_envelope() -> None:
    decision = a_decision()
    without_event = replace(decision.refund, id="ref_2", arn="7401")

    envelope = encode_envelope(decision.payment, 4, decision.payment.events, [decision.refund, without_event])

    assert [state.id for state in decode_envelope("pay_1", envelope).refunds] == ["ref_1"]
