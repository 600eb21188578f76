"""What a gateway says of an attempt, as one value: the answer to a submission, the answer to a question, a webhook.

Made by gateway adapters, numbered by `submit_to_gateway`, read by the decisions. Nothing here decides.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from refunds.domain.payment.replacing import replace

CLOCK_AHEAD_MAX = timedelta(minutes=5)
"""So far a gateway's clock may be ahead of ours; a time beyond that orders nothing and counts as not told."""


class ResultKind(StrEnum):
    """What a gateway said, or that it said nothing."""

    SUCCEEDED = "succeeded"
    PENDING = "pending"
    REFUSED = "refused"
    """The answer to a submission: this try moved nothing and never will."""
    FAILED = "failed"
    """Said of the refund itself, by webhook or status: it failed, also after it had succeeded."""
    UNAVAILABLE = "unavailable"
    """The try did not reach the gateway's books for certain (no connection, rate limited)."""
    LOST = "lost"
    """Asked, no answer: the money may have moved."""
    NOT_FOUND = "not_found"
    """Asked for the outcome: the gateway has never seen this attempt."""


class Source(StrEnum):
    """How a result reached us. Only the answer to a question settles a contradiction."""

    SUBMISSION = "submission"
    QUERY = "query"
    NOTIFICATION = "notification"


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayResult:
    """A gateway's word on one attempt. `amount` in minor units and `currency` where the gateway told them.

    `occurred_at` is when the refund came to this status by the gateway's own clock, aware UTC; None where the gateway
    does not say. `submission` is the number of the submission that this answers or, for an answer to a question, of
    the last one before the question; None where nobody knows. Without `is_sent` the gateway was not even called.
    `question` is the number of the question that this answers; None for what answers none, and for a person's word.
    """

    kind: ResultKind
    gateway_refund_id: str = ""
    arn: str = ""
    code: str = ""
    raw_code: str = ""
    amount: int | None = None
    retry_after_s: int | None = None
    currency: str = ""
    is_sent: bool = True
    occurred_at: datetime | None = None
    source: Source = Source.NOTIFICATION
    submission: int | None = None
    question: int | None = None


def in_our_time(result: GatewayResult, now: datetime) -> GatewayResult:
    """The result, without a time that has not come: by that, all that the gateway says later would be older."""
    at = result.occurred_at
    return result if at is None or at <= now + CLOCK_AHEAD_MAX else replace(result, occurred_at=None)
