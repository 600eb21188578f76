"""Details of status reasons: one class per case, with its facts. Pure.

A detail is stored beside the reason's code, as the case's name and facts; `detail_of` reads it back. The texts are in
`refunds.texts`.
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
    """The gateway reported a success after a failure; a status query asks which of the two is right."""

    name: ClassVar[str] = "success_after_failure"


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountGivenAway(ReasonDetail):
    """The gateway reported a success after a failure, but other refunds have taken the amount meanwhile."""

    name: ClassVar[str] = "amount_given_away"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndlessContradiction(ReasonDetail):
    """The gateway contradicted itself so often that it is no longer queried."""

    name: ClassVar[str] = "endless_contradiction"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeUnknown(ReasonDetail):
    """The gateway ended the refund with a code that this service does not know."""

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
    """The gateway never received the refund, and its idempotency key is too old to be used again."""

    name: ClassVar[str] = "key_too_old"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoneAccepted(ReasonDetail):
    """The gateway accepted none of the submissions."""

    name: ClassVar[str] = "none_accepted"
    submissions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoneAcceptedSomeUnsent(ReasonDetail):
    """The gateway accepted none of the submissions; some never reached it, or it asked to send them later."""

    name: ClassVar[str] = "none_accepted_some_unsent"
    submissions: int
    unsent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SameMovement(ReasonDetail):
    """The refund is the same movement as another refund, which counts the amount."""

    name: ClassVar[str] = "same_movement"
    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountTaken(ReasonDetail):
    """An external refund took the amount before this refund was submitted."""

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
    """Returns the reason with this code and detail."""
    facts: dict[str, PlainFact] = {field.name: getattr(detail, field.name) for field in fields(detail)}
    return StatusReason(code=code, detail=detail.name, facts=facts or None)


def detail_of(reason: StatusReason) -> ReasonDetail | None:
    """Returns the detail of a stored reason.

    None if the reason has none, or if this release does not know the detail.
    """
    facts = reason.facts or {}
    for kind in DETAILS if reason.detail else ():
        if kind.name == reason.detail and {field.name for field in fields(kind)} == facts.keys():
            return kind(**facts)
    return None
