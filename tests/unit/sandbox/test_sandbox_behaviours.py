"""Which token behaves how, and which code stands for what."""

import pytest

from refunds_embedded.sandbox import error_codes
from refunds_embedded.sandbox.behaviours import BEHAVIOURS, TOK_OK, behaviour_of, choose_behaviour
from refunds_embedded.sandbox.error_codes import BY_NORMALISED, ERROR_CODES, error_code, normalised_code

PROMISED_TOKENS = {
    "tok_ok",
    "tok_pending",
    "tok_late_failure",
    "tok_timeout_after_move",
    "tok_timeout_before_move",
    "tok_rate_limited",
    "tok_webhook_first",
    "tok_webhook_twice",
    "tok_webhook_only",
    "tok_slow",
    "tok_error_500",
}
NORMALISED = {
    "declined",
    "insufficient_funds",
    "account_closed",
    "account_not_found",
    "expired_card",
    "lost_or_stolen_card",
    "disputed",
    "already_refunded",
    "amount_exceeds_remaining",
    "currency_not_supported",
    "method_not_supported",
    "payment_not_found",
    "merchant_account_problem",
    "rate_limited",
    "gateway_unavailable",
    "unknown_error",
}


def test_every_promised_token_has_its_behaviour() -> None:
    assert {behaviour.name for behaviour in BEHAVIOURS} == PROMISED_TOKENS


@pytest.mark.parametrize("token", ["tok_typo", "card_4242", "tok_refused_"])
def test_unknown_token_behaves_as_ok(token: str) -> None:
    assert behaviour_of(token) is TOK_OK


def test_metadata_overrides_the_token() -> None:
    chosen = choose_behaviour("tok_pending", {"sandbox": "tok_slow", "order": "7"})

    assert chosen.name == "tok_slow"


def test_other_metadata_leaves_the_token() -> None:
    assert choose_behaviour("tok_pending", {"order": "7"}).name == "tok_pending"


def test_every_normalised_code_can_be_refused_with() -> None:
    assert set(BY_NORMALISED) == NORMALISED


@pytest.mark.parametrize("normalised", sorted(NORMALISED))
def test_refused_token_answers_a_raw_code_of_that_meaning(normalised: str) -> None:
    refusal = behaviour_of(f"tok_refused_{normalised}").refusal

    assert refusal is not None
    assert normalised_code(refusal.raw_code) == normalised


def test_refused_token_takes_a_raw_code_too() -> None:
    refusal = behaviour_of("tok_refused_R04").refusal

    assert refusal is not None
    assert refusal.raw_code == "R04"


def test_raw_code_that_nobody_knows_is_an_unknown_error() -> None:
    assert error_code("Z99").raw_code == "Z99"
    assert normalised_code("Z99") == "unknown_error"


def test_table_in_the_module_is_the_table_in_the_code() -> None:
    documented = [line for line in (error_codes.__doc__ or "").splitlines() if "|" in line][2:]

    assert documented == [f"| {code.raw_code} | {code.normalised} | {code.http_status} |" for code in ERROR_CODES]
