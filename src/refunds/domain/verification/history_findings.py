"""Defines the findings about refunds that differ from their histories. The module does no I/O."""

from dataclasses import dataclass

from refunds.domain.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class MakerDiffers(Finding):
    """The requester of a refund is not the requester in the refund's history."""

    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountDiffers(Finding):
    """The amount of a refund is not the amount in its history."""

    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalsDiffer(Finding):
    """The approvals of a refund are not those in its history."""

    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArnOfUnsent(Finding):
    """A refund that was never submitted has an ARN."""

    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArnWithoutMovement(Finding):
    """A refund has an ARN, but its gateway never reported that money moved."""

    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptDiffers(Finding):
    """A field of an attempt does not fit the refund's history or the other fields."""

    refund_id: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundDiffers(Finding):
    """A field of a refund does not fit its history."""

    refund_id: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonTextDiffers(Finding):
    """The text of the refund's status reason does not fit the refund's history."""

    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginningDiffers(Finding):
    """The first status, the submitter or the submission time of a refund differs from the refund's history."""

    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionsDiffer(Finding):
    """The number of submissions of a refund, or their times, do not fit its history."""

    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryOfOther(Finding):
    """The history of a refund contains an event of another refund."""

    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryMissing(Finding):
    """A refund has no event in its history."""

    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryTorn(Finding):
    """An event does not begin at the status to which the earlier events lead.

    `status` is the status after the earlier events. `from_status` is the status where the event begins.
    """

    refund_id: str
    status: str
    event: str
    from_status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryImpossible(Finding):
    """The history records an event that the table of states does not allow at that status."""

    refund_id: str
    event: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryMisnames(Finding):
    """The history records a wrong status after an event. By the table of states, the event leads to another status."""

    refund_id: str
    event: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEndsOtherwise(Finding):
    """The last status in a refund's history differs from the refund's status. `ends_at` is the last status there."""

    refund_id: str
    status: str
    ends_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryCut(Finding):
    """The history does not contain the right number of events.

    `kept` is the number of events in the history. `counted` is the number that the refund counts. `audited` is the
    number in the audit log.
    """

    refund_id: str
    kept: int
    counted: int
    audited: int
