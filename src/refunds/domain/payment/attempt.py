"""Defines an attempt, which is one intended movement of money at a gateway under one idempotency key.

An attempt that a gateway has acknowledged stays acknowledged, whatever results follow. All values are immutable.
"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

OTHER_IDS_MAX = 8
"""Maximum number of further ids that a gateway may give to one movement. Ids beyond this number are dropped."""

_ACKNOWLEDGED_OUTCOMES = frozenset({"pending", "succeeded", "reversed", "failed"})
"""Outcomes that prove an acknowledgement. Attempts stored before `is_acknowledged` existed need them."""


class GatewayStep(StrEnum):
    """The step that a due refund needs at its gateway, which is a submission or a status query."""

    SUBMIT = "submit"
    QUERY = "query"


class Doubt(Struct, frozen=True, kw_only=True):
    """Data of an attempt whose results contradict each other or are missing. Most attempts have none.

    `question` is what an open status query has to find out. It is empty if no query is open. `succeeded` and `failed`
    are the outcome of the contradicting result. `unnamed` means that the gateway's id of a success is wanted.
    `contradictions` is the number of contradicting results. `missing_since` is when the gateway first answered that it
    does not know an attempt which it had acknowledged. `refused_submission` is the number of the last submission if the
    gateway refused it although an earlier one may have moved the money. Otherwise it is 0. `other_ids` are further
    gateway ids of the same movement.
    """

    question: str = ""
    contradictions: int = 0
    missing_since: datetime | None = None
    refused_submission: int = 0
    other_ids: tuple[str, ...] = ()


NO_DOUBT = Doubt()


class Attempt(Struct, frozen=True, kw_only=True):
    """One intended movement of money. `id` is the idempotency key of all its submissions.

    `tries` counts the submissions that have begun, and `asks` counts the status queries. The API uses these names too.
    `unsent` counts the submissions that certainly never reached the gateway. The other submissions may have reached it
    (see `retry_policy.sent_count`). `unsent_since` is when the gateway became unreachable, and None while it is
    reachable. `first_sent_at` is the start of the first submission that may have reached the gateway. `outcome_at` is
    the gateway's own time of the outcome, or None if the gateway gave none.
    """

    id: str
    gateway: str
    tries: int
    outcome: str = "open"
    gateway_refund_id: str = ""
    error_code: str = ""
    error_raw: str = ""
    at: datetime
    asks: int = 0
    unsent: int = 0
    unsent_since: datetime | None = None
    first_sent_at: datetime | None = None
    is_acknowledged: bool = False
    outcome_at: datetime | None = None
    doubt: Doubt | None = None

    @property
    def was_acknowledged(self) -> bool:
        """True if the gateway ever confirmed this attempt, with an id, a pending status or an outcome."""
        return self.is_acknowledged or self.gateway_refund_id != "" or self.outcome in _ACKNOWLEDGED_OUTCOMES

    @property
    def doubts(self) -> Doubt:
        """Returns the attempt's `Doubt`, or an empty one if it has none."""
        return self.doubt or NO_DOUBT

    @property
    def is_in_question(self) -> bool:
        """True while a status query is open that has to answer the attempt's `doubt.question`."""
        return self.doubt is not None and self.doubt.question != ""

    def has_id(self, gateway_refund_id: str) -> bool:
        """True if the gateway has used this id for the attempt."""
        return gateway_refund_id == self.gateway_refund_id or gateway_refund_id in self.doubts.other_ids


def with_doubt(attempt: Attempt, doubt: Doubt) -> Attempt:
    """Returns the attempt with its `doubt` replaced. An empty doubt is stored as None."""
    return replace(attempt, doubt=None if doubt == NO_DOUBT else doubt)


def with_id(attempt: Attempt, gateway_refund_id: str, *, is_first: bool) -> Attempt:
    """Returns the attempt with one more gateway id.

    If `is_first` is True or the attempt had no id, the id becomes the main one. Otherwise the id is added to the other
    ids.
    """
    known = attempt.gateway_refund_id
    if not gateway_refund_id or gateway_refund_id == known:
        return attempt
    if not known:
        return replace(attempt, gateway_refund_id=gateway_refund_id)
    if attempt.has_id(gateway_refund_id) and not is_first:
        return attempt
    first, other = (gateway_refund_id, known) if is_first else (known, gateway_refund_id)
    others = dict.fromkeys((*attempt.doubts.other_ids, other))
    others.pop(first, None)
    doubt = replace(attempt.doubts, other_ids=tuple(others)[:OTHER_IDS_MAX])
    return with_doubt(replace(attempt, gateway_refund_id=first), doubt)
