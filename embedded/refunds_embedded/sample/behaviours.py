"""Chooses how the sandbox gateway behaves for each refund of the sample, and names the expected status.

The sandbox's public contract defines the tokens. Each code in REFUSAL_CODES has its own token.
"""

from refunds.domain.payment.states import Status
from refunds_embedded.sample.seeded_random import SeededRandom

OK = "tok_ok"
REFUSED = "tok_refused_"

REFUSAL_CODES = (
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
    "unknown_error",
)
"""All normalized refusal codes except those that ask to try later, because then a refund would wait for days."""

ENDS: dict[str, Status] = {
    OK: Status.COMPLETED,
    "tok_pending": Status.COMPLETED,
    "tok_late_failure": Status.REVERSED,
    "tok_timeout_after_move": Status.COMPLETED,
    "tok_timeout_before_move": Status.FAILED,
    "tok_rate_limited": Status.COMPLETED,
    "tok_webhook_first": Status.COMPLETED,
    "tok_webhook_twice": Status.COMPLETED,
    "tok_webhook_only": Status.COMPLETED,
    "tok_slow": Status.COMPLETED,
    "tok_error_500": Status.COMPLETED,
} | {REFUSED + code: Status.FAILED for code in REFUSAL_CODES}
"""Maps each token that selects a behavior of the sandbox gateway to the final status of the refund."""

_WEIGHTS: dict[str, int] = {
    OK: 1150,
    "tok_pending": 140,
    "tok_late_failure": 50,
    "tok_timeout_after_move": 50,
    "tok_timeout_before_move": 6,
    "tok_rate_limited": 80,
    "tok_webhook_first": 80,
    "tok_webhook_twice": 60,
    "tok_webhook_only": 60,
    "tok_slow": 60,
    "tok_error_500": 60,
} | {REFUSED + code: 10 for code in REFUSAL_CODES}


class Behaviours:
    """Chooses a token for each refund that reaches the gateway.

    Every token is used once. After that, tokens are chosen by weight.
    """

    def __init__(self, seeded_random: SeededRandom) -> None:
        self._chance = seeded_random
        self._not_yet = seeded_random.shuffled(list(ENDS))

    def next(self) -> str:
        """Returns the token for the next refund."""
        return self._not_yet.pop() if self._not_yet else self._chance.weighted(_WEIGHTS)
