"""Findings where a refund differs from its history. Pure."""

from dataclasses import dataclass

from refunds.domain.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class MakerDiffers(Finding):
    """A refund names another requester than its history."""

    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountDiffers(Finding):
    """A refund has another amount than its history."""

    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalsDiffer(Finding):
    """A refund has other approvals than its history."""

    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArnOfUnsent(Finding):
    """A refund that was never submitted has an ARN."""

    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArnWithoutMovement(Finding):
    """A refund has an ARN, but its gateway reported no movement."""

    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptDiffers(Finding):
    """A field of an attempt differs from the history."""

    refund_id: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundDiffers(Finding):
    """A field of a refund differs from the history."""

    refund_id: str
    field: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonTextDiffers(Finding):
    """The text of a status reason differs from the history."""

    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginningDiffers(Finding):
    """The first status, or who submitted the refund and when, differs from the history."""

    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionsDiffer(Finding):
    """The number of submissions or their times differ from the history."""

    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryOfOther(Finding):
    """A history belongs to another refund."""

    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryMissing(Finding):
    """A refund has no history."""

    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryTorn(Finding):
    """An event begins at another status than the one that the previous events lead to."""

    refund_id: str
    status: str
    event: str
    from_status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryImpossible(Finding):
    """The table of states does not allow an event of the history."""

    refund_id: str
    event: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryMisnames(Finding):
    """An event names another new status than the table of states gives."""

    refund_id: str
    event: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEndsOtherwise(Finding):
    """The history ends at another status than the refund's."""

    refund_id: str
    status: str
    ends_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryCut(Finding):
    """The number of events in a history differs from the number that the refund counts, or that the audit log has."""

    refund_id: str
    kept: int
    counted: int
    audited: int
