"""Fingerprints of requests stay what stored ones are, whatever of a body is left out."""

from refunds.runtime.schema.decoding import BodyReader, fingerprint
from refunds.services.api.fields import ReasonBody
from refunds.services.api.routes.payments import RecordPaymentBody
from refunds.services.api.routes.refund_bodies import ROUTE, CreateRefundBody


def test_refund_of_all_that_is_left_has_the_fingerprint_that_was_stored_when_null_was_taken() -> None:
    body = CreateRefundBody(payment_id="pay_01", reason=ReasonBody(code="duplicate"))

    assert fingerprint(ROUTE, body) == "3f493ffe8f99dab2ece9945a610565e9"


def test_payment_without_ids_of_others_has_the_fingerprint_that_was_stored_when_null_was_taken() -> None:
    body = BodyReader(RecordPaymentBody).read(
        b'{"merchant_id":"mer_01","captured_amount":100,"currency":"EUR","payment_method":{"type":"ach"},'
        b'"gateway":"sandbox","gateway_payment_id":"gw","captured_at":"2026-02-01T00:00:00Z"}'
    )

    assert fingerprint("POST /v1/payments", body) == "7cff7b14b4a31eee67eb0df87cc7f23a"


def test_absent_field_makes_another_request_than_a_given_one() -> None:
    left_out = CreateRefundBody(payment_id="pay_01", reason=ReasonBody(code="duplicate"))
    said = CreateRefundBody(payment_id="pay_01", reason=ReasonBody(code="duplicate"), amount=1)

    assert fingerprint(ROUTE, left_out) != fingerprint(ROUTE, said)
