"""The shape of an explanation of a refund, and the sentences that explanations share. Pure; used by `waiting`."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from refunds.domain.payment.payment import Refund


class WaitsFor(StrEnum):
    """Who or what has to act before anything changes."""

    NOTHING = "nothing"
    REQUESTER = "requester"
    APPROVER = "approver"
    SYSTEM = "system"
    GATEWAY = "gateway"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Sentences for people. `next_at` is when the system acts by itself next, None where it does not."""

    status: str
    because: str
    next: str
    next_at: datetime | None
    waits_for: WaitsFor


def said(refund: Refund, because: str, next_: str, waits_for: WaitsFor) -> Explanation:
    """The explanation of a refund in these sentences; the system acts next when it is due."""
    return Explanation(
        status=refund.status.value, because=because, next=next_, next_at=refund.due_at, waits_for=waits_for
    )


def when(refund: Refund, now: datetime) -> str:
    """In how many seconds the system acts next, with a blank before; empty where it does not."""
    if refund.due_at is None:
        return ""
    wait_s = int((refund.due_at - now).total_seconds())
    return f" in {wait_s} s" if wait_s > 0 else " now"


def reason_in_brackets(refund: Refund) -> str:
    """The reason of its status, with a blank before; empty where there is none."""
    if refund.status_reason is None:
        return ""
    text = refund.status_reason.text
    if text and refund.status_reason.code == refund.status.value:
        return f" ({text})"
    return f" ({refund.status_reason.code}{': ' + text if text else ''})"
