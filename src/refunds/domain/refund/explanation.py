"""Defines the data type for explanations of refunds, and facts that several explanations use.

All functions are pure.
"""

from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from refunds.domain.errors import BlockedByRule
from refunds.domain.payment.payment import Refund
from refunds.domain.payment.reason_details import ReasonDetail, detail_of
from refunds.domain.refund.explanation_facts import Due, Fact, ReasonIs, ReasonIsCode, ReasonIsText

Statement: TypeAlias = Fact | BlockedByRule | ReasonDetail
"""A statement of an explanation is a fact, a rule that blocks the refund, or the detail of a reason."""


class WaitsFor(StrEnum):
    """Who must act before the refund changes. `SYSTEM` is the service, and `NOTHING` means nobody."""

    NOTHING = "nothing"
    REQUESTER = "requester"
    APPROVER = "approver"
    SYSTEM = "system"
    GATEWAY = "gateway"
    OPERATOR = "operator"


class Explanation(Struct, frozen=True, kw_only=True):
    """Explains a refund's status in facts, without texts.

    `next_at` is the time at which the service acts by itself. If the service will not act, `next_at` is None.
    """

    status: str
    because: tuple[Statement, ...]
    next: tuple[Statement, ...]
    next_at: datetime | None
    waits_for: WaitsFor


def explained(
    refund: Refund, because: tuple[Statement, ...], next_: tuple[Statement, ...], waits_for: WaitsFor
) -> Explanation:
    """Builds the explanation of a refund from these facts. `next_at` is the time at which the refund is due."""
    return Explanation(
        status=refund.status.value, because=because, next=next_, next_at=refund.due_at, waits_for=waits_for
    )


def due_of(refund: Refund, now: datetime) -> Due:
    """Returns the number of seconds until the service acts next. The number is None if `due_at` is None."""
    if refund.due_at is None:
        return Due(wait_s=None)
    return Due(wait_s=max(int((refund.due_at - now).total_seconds()), 0))


def reason_of(refund: Refund) -> tuple[Statement, ...]:
    """Returns the reason of the refund's status as facts. The result is empty if the status has no reason."""
    reason = refund.status_reason
    if reason is None:
        return ()
    detail = detail_of(reason)
    if detail is not None:
        return (ReasonIsCode(code=reason.code, text=""), detail)
    if reason.text and reason.code == refund.status.value:
        return (ReasonIsText(code=reason.code, text=reason.text),)
    if reason.code == refund.status.value:
        return ()
    kind = ReasonIs if reason.text else ReasonIsCode
    return (kind(code=reason.code, text=reason.text),)
