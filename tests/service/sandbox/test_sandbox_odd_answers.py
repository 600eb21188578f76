"""Refusals, delays, lost answers and webhooks of the sandbox gateway, as a payment method's token asks for them."""

import httpx
import pytest
from tests.service.gateway.sandbox_process import Sandbox, WebhookReceiver


@pytest.mark.parametrize(
    ("code", "http_status", "raw_code"),
    [
        ("declined", 402, "do_not_honor"),
        ("account_closed", 402, "R02"),
        ("disputed", 400, "charge_under_dispute"),
        ("R04", 402, "R04"),
        ("never_seen", 402, "never_seen"),
        ("rate_limited", 429, "too_many_requests"),
        ("gateway_unavailable", 503, "upstream_unavailable"),
    ],
)
def test_refused_token_answers_its_raw_code_and_moves_nothing(
    sandbox: Sandbox, payment: str, reference: str, code: str, http_status: int, raw_code: str
) -> None:
    answer = sandbox.refund(reference, payment=payment, token=f"tok_refused_{code}")

    assert answer.status_code == http_status
    assert answer.json()["error"]["code"] == raw_code
    assert sandbox.books(payment).get("moved", 0) == 0


def test_pending_refund_succeeds_after_the_delay(
    sandbox: Sandbox, receiver: WebhookReceiver, payment: str, reference: str
) -> None:
    answer = sandbox.refund(reference, payment=payment, token="tok_pending")
    before = sandbox.books(payment)

    sandbox.advance(3_600)

    assert (answer.json()["status"], answer.json()["arn"]) == ("pending", None)
    assert (before["moved"], before["pending"]) == (0, 60)
    assert sandbox.ask(reference).json()["status"] == "succeeded"
    assert sandbox.books(payment)["moved"] == 60
    event = receiver.next()
    assert event["type"] == "refund.succeeded"
    assert (event["data"]["reference"], event["data"]["status"]) == (reference, "succeeded")
    assert event["data"]["gateway_refund_id"] == answer.json()["gateway_refund_id"]


def test_late_failure_reverses_the_movement(
    sandbox: Sandbox, receiver: WebhookReceiver, payment: str, reference: str
) -> None:
    first = sandbox.refund(reference, payment=payment, token="tok_late_failure")
    sandbox.advance(3_600)
    again = sandbox.refund(reference, payment=payment, token="tok_late_failure")

    books = sandbox.books(payment)
    status = sandbox.ask(reference).json()
    assert [movement["amount"] for movement in books["movements"]] == [60, -60]
    assert books["moved"] == 0
    assert (status["status"], status["raw_code"]) == ("failed", "R02")
    assert status["error_code"] == "account_closed"
    assert again.content == first.content
    assert receiver.next()["type"] == "refund.failed"


def test_timeout_after_move_is_revealed_by_asking_only(
    sandbox: Sandbox, receiver: WebhookReceiver, payment: str, reference: str
) -> None:
    with pytest.raises(httpx.ReadTimeout):
        _hang_up_on(sandbox, payment, reference, "tok_timeout_after_move")

    assert sandbox.ask(reference).json()["status"] == "succeeded"
    assert sandbox.books(payment)["moved"] == 60
    assert receiver.is_empty()
    sandbox.wait_for_metric("sandbox_answers_held", 0)


def test_timeout_before_move_was_never_seen(sandbox: Sandbox, payment: str, reference: str) -> None:
    with pytest.raises(httpx.ReadTimeout):
        _hang_up_on(sandbox, payment, reference, "tok_timeout_before_move")

    assert sandbox.ask(reference).status_code == 404
    assert sandbox.client.get(f"/books/{payment}").status_code == 404
    sandbox.wait_for_metric("sandbox_answers_held", 0)


def test_rate_limited_call_goes_through_the_second_time(sandbox: Sandbox, payment: str, reference: str) -> None:
    first = sandbox.refund(reference, payment=payment, token="tok_rate_limited")
    second = sandbox.refund(reference, payment=payment, token="tok_rate_limited")

    assert (first.status_code, first.headers["retry-after"]) == (429, "1")
    assert second.status_code == 201
    assert "idempotent-replayed" not in second.headers


def test_error_500_goes_through_the_second_time(sandbox: Sandbox, payment: str, reference: str) -> None:
    first = sandbox.refund(reference, payment=payment, token="tok_error_500")
    unknown = sandbox.ask(reference)
    second = sandbox.refund(reference, payment=payment, token="tok_error_500")

    assert (first.status_code, unknown.status_code, second.status_code) == (500, 404, 201)


def test_webhook_comes_before_the_answer(
    sandbox: Sandbox, receiver: WebhookReceiver, payment: str, reference: str
) -> None:
    answer = sandbox.refund(reference, payment=payment, token="tok_webhook_first")

    assert not receiver.is_empty()
    assert receiver.next()["data"]["gateway_refund_id"] == answer.json()["gateway_refund_id"]


def test_webhook_comes_twice_with_one_id(
    sandbox: Sandbox, receiver: WebhookReceiver, payment: str, reference: str
) -> None:
    sandbox.refund(reference, payment=payment, token="tok_webhook_twice")

    assert receiver.next() == receiver.next()


def test_result_that_only_the_webhook_brings(
    sandbox: Sandbox, receiver: WebhookReceiver, payment: str, reference: str
) -> None:
    answer = sandbox.refund(reference, payment=payment, token="tok_webhook_only")
    sandbox.advance(3_600)

    assert answer.status_code == 202
    assert "gateway_refund_id" not in answer.json()
    assert receiver.next()["data"]["gateway_refund_id"].startswith("sbr_")


def test_slow_answer_comes_after_the_delay(sandbox: Sandbox, payment: str, reference: str) -> None:
    answer = sandbox.begin_refund(reference, payment=payment, token="tok_slow")
    is_early = answer.done()

    sandbox.advance(3_600)

    assert not is_early
    assert answer.result().status_code == 201


def test_metadata_overrides_the_token(sandbox: Sandbox, payment: str, reference: str) -> None:
    answer = sandbox.refund(reference, payment=payment, token="tok_ok", metadata={"sandbox": "tok_refused_declined"})

    assert answer.status_code == 402


def test_dashboard_refund_is_notified_without_a_reference(
    sandbox: Sandbox, receiver: WebhookReceiver, payment: str
) -> None:
    body = {
        "gateway_payment_id": payment,
        "amount": 60,
        "currency": "USD",
        "captured_amount": 100,
    }

    first = sandbox.client.post("/dashboard/refunds", json=body)
    second = sandbox.client.post("/dashboard/refunds", json=body)

    event = receiver.next()
    assert (first.status_code, second.status_code) == (201, 400)
    assert (event["type"], event["data"]["status"]) == ("refund.created", "succeeded")
    assert event["data"]["reference"] is None
    assert sandbox.books(payment)["moved"] == 60


def _hang_up_on(sandbox: Sandbox, payment: str, reference: str, token: str) -> None:
    body = {"reference": reference, "amount": 60, "currency": "USD", "captured_amount": 100}
    httpx.post(
        f"{sandbox.url}/payments/{payment}/refunds",
        json={**body, "token": token},
        headers={"Idempotency-Key": reference},
        timeout=0.3,
    )
