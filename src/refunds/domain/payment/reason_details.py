"""What stands behind a status reason beyond its code: one class a case, with its facts. Pure.

Stored beside the code as the case's name and facts; `detail_of` reads them back. Their texts are in `refunds.texts`.
"""

from dataclasses import dataclass, fields
from typing import ClassVar

from refunds.domain.payment.status_reason import PlainFact, StatusReason


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonDetail:
    """One case; `name` is stored and never changes."""

    name: ClassVar[str] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuccessAfterFailure(ReasonDetail):
    """The gateway reports success after failure, and is asked which of the two holds."""

    name: ClassVar[str] = "success_after_failure"


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountGivenAway(ReasonDetail):
    """The gateway reports success after failure, and other refunds took the amount meanwhile."""

    name: ClassVar[str] = "amount_given_away"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndlessContradiction(ReasonDetail):
    """The gateway contradicted itself as often as it is asked."""

    name: ClassVar[str] = "endless_contradiction"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeUnknown(ReasonDetail):
    """The gateway ended the refund with a code that is not known."""

    name: ClassVar[str] = "code_unknown"
    raw_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeMissing(ReasonDetail):
    """The gateway ended the refund without a code."""

    name: ClassVar[str] = "code_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedWithoutRecord(ReasonDetail):
    """The gateway refused the last submission and has no record of an earlier one."""

    name: ClassVar[str] = "refused_without_record"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTooOld(ReasonDetail):
    """The gateway never saw the refund, and its idempotency key is too old to be used again."""

    name: ClassVar[str] = "key_too_old"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoneAccepted(ReasonDetail):
    """The gateway accepted none of the submissions."""

    name: ClassVar[str] = "none_accepted"
    submissions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoneAcceptedSomeUnsent(ReasonDetail):
    """The same, where some of them could not be sent, or were turned away for later."""

    name: ClassVar[str] = "none_accepted_some_unsent"
    submissions: int
    unsent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SameMovement(ReasonDetail):
    """The refund is the same movement as another one, which counts it."""

    name: ClassVar[str] = "same_movement"
    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountTaken(ReasonDetail):
    """The payment was refunded at its gateway: that refund took the amount before anything of this one was sent."""

    name: ClassVar[str] = "amount_taken"
    taken_by: str


DETAILS: tuple[type[ReasonDetail], ...] = (
    SuccessAfterFailure,
    AmountGivenAway,
    EndlessContradiction,
    CodeUnknown,
    CodeMissing,
    RefusedWithoutRecord,
    KeyTooOld,
    NoneAccepted,
    NoneAcceptedSomeUnsent,
    SameMovement,
    AmountTaken,
)


def reason_with(code: str, detail: ReasonDetail) -> StatusReason:
    """The reason with its detail."""
    facts: dict[str, PlainFact] = {field.name: getattr(detail, field.name) for field in fields(detail)}
    return StatusReason(code=code, detail=detail.name, facts=facts or None)


def detail_of(reason: StatusReason) -> ReasonDetail | None:
    """The detail of a stored reason; None if it has none, or if this release does not know it."""
    facts = reason.facts or {}
    for kind in DETAILS if reason.detail else ():
        if kind.name == reason.detail and {field.name for field in fields(kind)} == facts.keys():
            return kind(**facts)
    return None
