"""The table of how the sandbox behaves for each token.

The gateway chooses one entry for each refund. docs/sandbox.md lists all entries.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from refunds_embedded.sandbox.error_codes import ErrorCode, error_code

Fault = Literal["rate_limited", "error_500", "no_answer"]
AnswerStyle = Literal["now", "late", "never", "accepted", "after_webhook"]
FirstStatus = Literal["succeeded", "pending", "failed"]
FinalStatus = Literal["succeeded", "failed"]

OVERRIDE_FIELD = "sandbox"
REFUSED_PREFIX = "tok_refused_"
CHOICES_CACHED_MAX = 1_024


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """How the sandbox handles a refund with one token.

    `fault` is what happens before anything is booked. The fault `no_answer` occurs at every call. Other faults occur
    only at the first calls of a reference, whose number is configured. `first_status` is the refund's status when it is
    booked. `settles_to` is its status after the delay, or None if the status does not change. `answer` states when and
    how the call is answered.

    `webhooks_first` counts the deliveries of the webhook about the booking. `webhooks_settled` counts the deliveries of
    the webhook about the later status. If `is_silent` is True, the booking causes no webhook, whatever is configured.
    `refusal` is the error of the response.
    """

    name: str
    meaning: str
    fault: Fault | None = None
    first_status: FirstStatus = "succeeded"
    settles_to: FinalStatus | None = None
    settle_raw_code: str | None = None
    answer: AnswerStyle = "now"
    webhooks_first: int = 0
    webhooks_settled: int = 0
    is_silent: bool = False
    refusal: ErrorCode | None = None

    @property
    def owes_webhook(self) -> bool:
        """Returns True if the sandbox sends a webhook for this behavior."""
        return self.webhooks_first + self.webhooks_settled > 0


TOK_OK = Behaviour(name="tok_ok", meaning="succeeds at once; the answer is final, no webhook")

BEHAVIOURS: tuple[Behaviour, ...] = (
    TOK_OK,
    Behaviour(
        name="tok_pending",
        meaning="pending; after the delay succeeded; webhook and asking",
        first_status="pending",
        settles_to="succeeded",
        webhooks_settled=1,
    ),
    Behaviour(
        name="tok_late_failure",
        meaning="succeeds; after the delay failed (R02), movement reversed; webhook and asking",
        settles_to="failed",
        settle_raw_code="R02",
        webhooks_settled=1,
    ),
    Behaviour(
        name="tok_timeout_after_move",
        meaning="the money moves, but no answer comes and no webhook; only asking reveals it",
        answer="never",
        is_silent=True,
    ),
    Behaviour(
        name="tok_timeout_before_move",
        meaning="no answer comes and nothing moves; asking answers 404",
        fault="no_answer",
        is_silent=True,
    ),
    Behaviour(
        name="tok_rate_limited",
        meaning="429 with Retry-After for the first N calls of the reference, then as tok_ok",
        fault="rate_limited",
    ),
    Behaviour(
        name="tok_webhook_first",
        meaning="succeeds; the webhook is delivered before the call is answered",
        answer="after_webhook",
        webhooks_first=1,
    ),
    Behaviour(
        name="tok_webhook_twice",
        meaning="succeeds; the same webhook (same event id) is delivered twice",
        webhooks_first=2,
    ),
    Behaviour(
        name="tok_webhook_only",
        meaning="202 without a refund id; after the delay succeeded; webhook, and asking",
        first_status="pending",
        settles_to="succeeded",
        answer="accepted",
        webhooks_settled=1,
    ),
    Behaviour(
        name="tok_slow",
        meaning="the money moves at once, the answer comes after the delay",
        answer="late",
    ),
    Behaviour(
        name="tok_error_500",
        meaning="500 for the first N calls of the reference with nothing moved, then as tok_ok",
        fault="error_500",
    ),
)

BY_TOKEN: dict[str, Behaviour] = {behaviour.name: behaviour for behaviour in BEHAVIOURS}


@lru_cache(maxsize=CHOICES_CACHED_MAX)
def behaviour_of(token: str) -> Behaviour:
    """Returns the behavior of a token. An unknown token behaves like `tok_ok`.

    `tok_refused_<code>` refuses the refund with that code.
    """
    if token.startswith(REFUSED_PREFIX) and token != REFUSED_PREFIX:
        return _refusing(token)
    return BY_TOKEN.get(token, TOK_OK)


def choose_behaviour(token: str, metadata: Mapping[str, str] | None) -> Behaviour:
    """Returns the behavior of a refund.

    `metadata.sandbox` selects the behavior if it is present. Otherwise the token of the payment method selects it.
    """
    if metadata is not None and OVERRIDE_FIELD in metadata:
        return behaviour_of(metadata[OVERRIDE_FIELD])
    return behaviour_of(token)


def _refusing(token: str) -> Behaviour:
    refusal = error_code(token.removeprefix(REFUSED_PREFIX))
    return Behaviour(name=token, meaning=refusal.message, first_status="failed", refusal=refusal)
