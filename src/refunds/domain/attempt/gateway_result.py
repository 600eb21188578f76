"""The result of an attempt as one value, whether it came by submission, status query or webhook.

Gateway adapters create it, `submit_to_gateway` numbers it, and the decisions read it. This module decides nothing.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

CLOCK_AHEAD_MAX = timedelta(minutes=5)
"""Maximum time by which a gateway's clock may be ahead of this process's clock; a time beyond that is ignored."""


class ResultKind(StrEnum):
    """What the gateway answered or reported."""

    SUCCEEDED = "succeeded"
    PENDING = "pending"
    REFUSED = "refused"
    """Answer to a submission: the gateway refused it, so it moved no money and never will."""
    FAILED = "failed"
    """Webhook or status query: the refund itself failed, possibly after it had succeeded."""
    UNAVAILABLE = "unavailable"
    """The gateway certainly did not accept the submission: there was no connection, or it limited the rate."""
    UNKNOWN = "unknown"
    """No usable answer: the money may have moved."""
    NOT_FOUND = "not_found"
    """Answer to a status query: the gateway has no record of this attempt."""


class Source(StrEnum):
    """How a result arrived. Only the answer to a status query settles a contradiction."""

    SUBMISSION = "submission"
    QUERY = "query"
    NOTIFICATION = "notification"


class GatewayResult(Struct, frozen=True, kw_only=True):
    """One result of one attempt. `amount` is in minor units; None, with an empty `currency`, if the gateway gave none.

    `occurred_at` is the gateway's own time of the status, aware UTC; None if it gave no time. `submission` is the
    number of the submission that this result answers; for a status query it is the last submission before the query;
    None if unknown. `is_sent` is False if the gateway was not called. `question` is the number of the status query that
    this result answers; None for other results and for a person's decision. `is_under_our_reference` is True if the
    gateway named this service's attempt in the result, so that the result certainly belongs to it.
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
    """Removes the result's time if that lies in the future; otherwise every later result would look older."""
    at = result.occurred_at
    return result if at is None or at <= now + CLOCK_AHEAD_MAX else replace(result, occurred_at=None)
