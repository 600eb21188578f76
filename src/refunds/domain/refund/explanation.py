"""The data type of an explanation of a refund, and the facts that all explanations have. Pure."""

from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from refunds.domain.errors import BlockedByRule
from refunds.domain.payment.payment import Refund
from refunds.domain.payment.reason_details import ReasonDetail, detail_of
from refunds.domain.refund.explanation_facts import Due, Fact, ReasonIs, ReasonIsCode, ReasonIsText

Statement: TypeAlias = Fact | BlockedByRule | ReasonDetail
"""One statement of an explanation: a fact, a rule that blocks the refund, or the detail of a reason."""


class WaitsFor(StrEnum):
    """Who has to act before the refund changes: nobody, the service, its gateway, or a person of this role."""

    NOTHING = "nothing"
    REQUESTER = "requester"
    APPROVER = "approver"
    SYSTEM = "system"
    GATEWAY = "gateway"
    OPERATOR = "operator"


class Explanation(Struct, frozen=True, kw_only=True):
    """An explanation as facts, without texts.

    `next_at` is when the service acts next by itself; None if it does not.
    """

    status: str
    because: tuple[Statement, ...]
    next: tuple[Statement, ...]
    next_at: datetime | None
    waits_for: WaitsFor


def explained(
    refund: Refund, because: tuple[Statement, ...], next_: tuple[Statement, ...], waits_for: WaitsFor
) -> Explanation:
    """Returns the explanation of a refund with these facts; the service acts next when the refund is due."""
    return Explanation(
        status=refund.status.value, because=because, next=next_, next_at=refund.due_at, waits_for=waits_for
    )


def due_of(refund: Refund, now: datetime) -> Due:
    """Returns, as a fact, the seconds until the service acts next."""
    if refund.due_at is None:
        return Due(wait_s=None)
    return Due(wait_s=max(int((refund.due_at - now).total_seconds()), 0))


def reason_of(refund: Refund) -> tuple[Statement, ...]:
    """Returns the reason of the refund's status; empty if it has none."""
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
