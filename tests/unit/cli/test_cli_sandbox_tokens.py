"""A token of the sandbox gateway that is mistyped is refused, where the sandbox would take it for `tok_ok`."""

import pytest
from tests.support.http.fake_api import FakeApi
from tests.unit.cli.api_answers import Run

from refunds.cli.client.sandbox_tokens import KNOWN
from refunds_embedded.sandbox.behaviours import BEHAVIOURS

PAYMENT = ("payment", "record", "--merchant", "mer_1", "--amount", "1", "--currency", "USD")


@pytest.mark.parametrize("token", ["tok_decline", "tok_refused_", "ok"])
def test_refund_with_an_unknown_token_is_refused_before_any_call(api: FakeApi, run: Run, token: str) -> None:
    ran = run("refund", "create", "pay_1", "--sandbox", token)

    assert ran.code == 1
    assert repr(token) in ran.err
    assert "tok_pending" in ran.err
    assert api.asked == []


def test_payment_at_the_sandbox_with_an_unknown_token_is_refused(api: FakeApi, run: Run) -> None:
    assert run(*PAYMENT, "--method-token", "tok_decline").code == 1
    assert api.asked == []


def test_token_of_another_gateway_is_its_own_affair(api: FakeApi, run: Run) -> None:
    assert run(*PAYMENT, "--method-token", "pm_1", "--gateway", "other").code == 0


def test_refusal_may_name_any_error_code(api: FakeApi, run: Run) -> None:
    run("refund", "create", "pay_1", "--sandbox", "tok_refused_card_expired")

    assert api.asked[-1].body["metadata"] == {"sandbox": "tok_refused_card_expired"}


def test_known_tokens_are_those_of_the_sandbox() -> None:
    assert set(KNOWN) == {behaviour.name for behaviour in BEHAVIOURS}
