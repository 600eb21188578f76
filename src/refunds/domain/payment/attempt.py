"""An attempt: one intended movement of money at a gateway under one idempotency key, with what is known of it.

Pure values. An attempt that a gateway has acknowledged stays acknowledged, whatever results follow.
"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

OTHER_IDS_MAX = 8
"""Maximum number of further ids that a gateway may give to one movement; ids beyond that are dropped."""

_ACKNOWLEDGED_OUTCOMES = frozenset({"pending", "succeeded", "reversed", "failed"})
"""Outcomes that prove an acknowledgement; used for attempts stored before `is_acknowledged` existed."""


class GatewayStep(StrEnum):
    """What a due refund needs of its gateway: a submission or a status query."""

    SUBMIT = "submit"
    QUERY = "query"


class Doubt(Struct, frozen=True, kw_only=True):
    """Data of an attempt whose results contradict each other or are missing; most attempts have none.

    `question` is the outcome of a contradicting result (`succeeded` or `failed`) while a status query has to confirm or
    deny it, else empty. `contradictions` counts such results. `missing_since` is when the gateway first answered that
    it does not know an attempt which it had acknowledged. `refused_submission` is the number of the last submission if
    the gateway refused it while an earlier one may have moved the money, else 0. `other_ids` are further ids of the
    same movement.
    """

    question: str = ""
    contradictions: int = 0
    missing_since: datetime | None = None
    refused_submission: int = 0
    other_ids: tuple[str, ...] = ()


NO_DOUBT = Doubt()


class Attempt(Struct, frozen=True, kw_only=True):
    """One intended movement of money. `id` is the idempotency key of all its submissions.

    `tries` counts the submissions that have begun, `asks` the status queries; the API has these names, too. `unsent` is
    how many submissions in a row, since `unsent_since`, certainly never reached the gateway; the others may have, see
    `retry_policy.sent_count`. `first_sent_at` is when the first one began that may have reached it. `outcome_at` is the
    gateway's own time of the outcome; None if it gave none.
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
        """True if the gateway ever confirmed this attempt, by an id, a pending status or an outcome."""
        return self.is_acknowledged or self.gateway_refund_id != "" or self.outcome in _ACKNOWLEDGED_OUTCOMES

    @property
    def doubts(self) -> Doubt:
        """Returns the attempt's `Doubt`, or an empty one."""
        return self.doubt or NO_DOUBT

    @property
    def is_in_question(self) -> bool:
        """True while a status query has to decide which of two contradicting results is right."""
        return self.doubt is not None and self.doubt.question != ""

    def has_id(self, gateway_refund_id: str) -> bool:
        """True if the gateway has used this id for the attempt."""
        return gateway_refund_id == self.gateway_refund_id or gateway_refund_id in self.doubts.other_ids


def with_doubt(attempt: Attempt, doubt: Doubt) -> Attempt:
    """Returns the attempt with this doubt."""
    return replace(attempt, doubt=None if doubt == NO_DOUBT else doubt)


def with_id(attempt: Attempt, gateway_refund_id: str, *, is_first: bool) -> Attempt:
    """Returns the attempt with one more id; the id comes first if `is_first` is True or the attempt had none."""
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
