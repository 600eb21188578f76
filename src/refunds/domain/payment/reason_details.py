"""Defines the details of status reasons. Each kind of detail has its own class with its facts.

The name and facts of a detail are stored with the reason's code, and `detail_of` reads them. The texts are in
`refunds.texts`. All functions are pure.
"""

from dataclasses import dataclass, fields
from typing import ClassVar

from refunds.domain.payment.status_reason import PlainFact, StatusReason


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonDetail:
    """The base class of the cases. `name` is stored, so it never changes."""

    name: ClassVar[str] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuccessAfterFailure(ReasonDetail):
    """The gateway reported a success after a failure. A status query asks which of the two is right."""

    name: ClassVar[str] = "success_after_failure"


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountGivenAway(ReasonDetail):
    """The gateway reported a success after a failure, but by then other refunds had taken the amount."""

    name: ClassVar[str] = "amount_given_away"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndlessContradiction(ReasonDetail):
    """The gateway contradicted itself so often that it is not queried any more."""

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
    """The gateway refused the last submission, and it does not know of any earlier submission."""

    name: ClassVar[str] = "refused_without_record"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyTooOld(ReasonDetail):
    """The gateway never received the refund. The idempotency key is now too old to be used again."""

    name: ClassVar[str] = "key_too_old"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoneAccepted(ReasonDetail):
    """The gateway accepted none of the submissions."""

    name: ClassVar[str] = "none_accepted"
    submissions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoneAcceptedSomeUnsent(ReasonDetail):
    """The gateway accepted no submission. Some never reached the gateway, or it asked to send them later."""

    name: ClassVar[str] = "none_accepted_some_unsent"
    submissions: int
    unsent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SameMovement(ReasonDetail):
    """This refund and another refund are the same movement of money. The amount counts only for the other refund."""

    name: ClassVar[str] = "same_movement"
    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountTaken(ReasonDetail):
    """An external refund took the amount before this refund was submitted to its gateway."""

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
    """Returns a status reason with this code and this detail."""
    facts: dict[str, PlainFact] = {field.name: getattr(detail, field.name) for field in fields(detail)}
    return StatusReason(code=code, detail=detail.name, facts=facts or None)


def detail_of(reason: StatusReason) -> ReasonDetail | None:
    """Returns the detail of a stored reason.

    Returns None if the reason has no detail, or if this release does not know the detail.
    """
    facts = reason.facts or {}
    for kind in DETAILS if reason.detail else ():
        if kind.name == reason.detail and {field.name for field in fields(kind)} == facts.keys():
            return kind(**facts)
    return None
