"""The result of an attempt as one value, whether it came by submission, status query or webhook.

Made by gateway adapters, numbered by `submit_to_gateway`, read by the decisions. Nothing here decides.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

CLOCK_AHEAD_MAX = timedelta(minutes=5)
"""By how much a gateway's clock may be ahead of ours; a later time is ignored."""


class ResultKind(StrEnum):
    """What a gateway answered or reported."""

    SUCCEEDED = "succeeded"
    PENDING = "pending"
    REFUSED = "refused"
    """Answer to a submission: it moved nothing and never will."""
    FAILED = "failed"
    """The refund itself failed, by webhook or status query; possibly after it had succeeded."""
    UNAVAILABLE = "unavailable"
    """The submission certainly did not reach the gateway's books (no connection, rate limited)."""
    UNKNOWN = "unknown"
    """No usable answer: the money may have moved."""
    NOT_FOUND = "not_found"
    """Answer to a status query: the gateway has no record of this attempt."""


class Source(StrEnum):
    """How a result reached us. Only the answer to a status query settles a contradiction."""

    SUBMISSION = "submission"
    QUERY = "query"
    NOTIFICATION = "notification"


class GatewayResult(Struct, frozen=True, kw_only=True):
    """One result of one attempt. `amount` in minor units; None, and `currency` empty, where the gateway gave none.

    `occurred_at` is when the refund came to this status by the gateway's own clock, aware UTC; None where the gateway
    gives no time. `submission` is the number of the submission that this answers or, for a status query, of the last
    submission before it; None if unknown. `is_sent` is False if the gateway was not even called. `question` is the
    number of the status query that this answers; None for every other result and for a person's decision.
    `is_under_our_reference` is True if the gateway named our attempt with the result, so that the result is certainly
    of that attempt.
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
    is_under_our_reference: bool = False


def in_our_time(result: GatewayResult, now: datetime) -> GatewayResult:
    """The result without a time in the future, which would make all later results look older."""
    at = result.occurred_at
    return result if at is None or at <= now + CLOCK_AHEAD_MAX else replace(result, occurred_at=None)
