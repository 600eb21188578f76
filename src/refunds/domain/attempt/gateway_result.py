"""Defines the result of an attempt as one value. A submission, a status query or a webhook may bring it.

Gateway adapters create a result, `submit_to_gateway` numbers it, and the decisions read it. This module decides
nothing.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

CLOCK_AHEAD_MAX = timedelta(minutes=5)
"""How far a gateway's clock may be ahead of this process's clock. A time beyond that is ignored."""


class ResultKind(StrEnum):
    """The kinds of results that a gateway can report."""

    SUCCEEDED = "succeeded"
    PENDING = "pending"
    REFUSED = "refused"
    """The gateway refused the submission, so the submission moved no money and never will."""
    FAILED = "failed"
    """A webhook or status query reported that the refund itself failed, possibly after it had succeeded."""
    UNAVAILABLE = "unavailable"
    """The gateway certainly did not accept the submission, because there was no connection or a rate limit."""
    UNKNOWN = "unknown"
    """There was no usable answer, so the money may have moved."""
    NOT_FOUND = "not_found"
    """The gateway answered a status query that it has no record of this attempt."""


class Source(StrEnum):
    """The way in which a result came. Only the answer to a status query settles a contradiction."""

    SUBMISSION = "submission"
    QUERY = "query"
    NOTIFICATION = "notification"


class GatewayResult(Struct, frozen=True, kw_only=True):
    """One result of one attempt. `amount` is in minor units, or None if the gateway gave no amount.

    If `amount` is None, `currency` is empty. `occurred_at` is the gateway's own time of the status in UTC, or None if
    the gateway gave no time. `is_sent` is False if the gateway was not called. `is_under_our_reference` is True if the
    gateway named this service's attempt, so that the result certainly belongs to that attempt.

    `submission` is the number of the submission that this result answers, or None if the number is unknown. The answer
    to a status query has the number of the last submission before that query. `question` is the number of the status
    query that this result answers. For all other results, and for a person's decision, `question` is None.
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
    """Returns the result. Removes its time if that time is too far in the future.

    If the time were kept, every later result would look older than this result.
    """
    at = result.occurred_at
    return result if at is None or at <= now + CLOCK_AHEAD_MAX else replace(result, occurred_at=None)
