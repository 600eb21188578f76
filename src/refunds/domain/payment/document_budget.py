"""How many bytes of its payment's document a refund may come to need, so that what is under way can always end.

Asked before a refund is added, never when one goes on. Pure: an upper bound that a test holds against the real size,
not a measurement, since encoding a document of many refunds costs milliseconds. Figures: docs/decisions/0032.
"""

from collections.abc import Iterable

from refunds.domain.errors import PaymentFull
from refunds.domain.payment.payment import LineItem, Payment, Refund
from refunds.domain.refund.states import FINAL, Status

REFUNDS_BYTES_MAX = 15 * 1024 * 1024
"""Of the 16 MiB that a document may have; the rest is for the payment's own fields and the events of one version."""

CHECKED_FROM = 64
"""With fewer refunds than this in a payment, even the largest ones fit: nothing is summed up."""

UNICODE_BYTES_MAX = 4
FIXED_BYTES = 1_536
"""Names, ids, amounts, times and key of a refund, and why its gateway ended it, without what people wrote."""
ATTEMPT_BYTES = 1_536
"""One attempt with the gateway's own names and codes, and the ARN."""
EVENT_BYTES = 420
"""One event in the history, told by a gateway."""
EVENTS_KEPT = 8
"""Latest events of each refund that have room for certain. More are kept until the document is too long for them."""
PEOPLE_EVENTS_MAX = 8
"""Events of a refund that are told by people: asked for, handed in, five approvals, and a rejection or cancellation."""
APPROVALS_BYTES = 16_384
"""All approvals that a refund can be asked for, each with its text, and the rejection; or all broken rules."""
ENTRY_BYTES = 160
"""Names and numbers of a line item, an approval or a violation; a member of `metadata` has less."""

_ENDED_EVENTS = 3
"""What may still happen to a refund that has ended: it is contradicted, and taken back."""

_BEFORE_GATEWAY = frozenset({Status.DRAFT, Status.SUBMITTED, Status.PENDING_APPROVAL})


def check_room(payment: Payment, added: Refund, pointer: str = "/payment_id") -> None:
    """PaymentFull where `added` and its outcome do not fit beside the payment's refunds and theirs."""
    if len(payment.refunds) < CHECKED_FROM:
        return
    if sum(map(room_of, payment.refunds)) + room_of(added) > REFUNDS_BYTES_MAX:
        raise PaymentFull(refunds=len(payment.refunds), bytes_max=REFUNDS_BYTES_MAX, pointer=pointer)


def room_of(refund: Refund) -> int:
    """The most bytes that it may come to need, its outcome and the latest events of its history included."""
    room = FIXED_BYTES + ATTEMPT_BYTES
    if refund.status in FINAL:
        room += EVENT_BYTES * min(refund.history_count + _ENDED_EVENTS, EVENTS_KEPT)
    else:
        room += EVENT_BYTES * EVENTS_KEPT
        room += APPROVALS_BYTES if refund.status in _BEFORE_GATEWAY else 0
    reason = refund.status_reason
    room += PEOPLE_EVENTS_MAX * _text(refund.created_by)
    room += _text(refund.reason.text) + (_text(reason.text) if reason is not None else 0)
    return room + _parts(refund)


def _parts(refund: Refund) -> int:
    room = 0
    if refund.line_items:
        room += _lines(refund.line_items)
    for name, value in (refund.metadata or {}).items():
        room += ENTRY_BYTES + _text(name) + _text(value)
    for violation in refund.violations:
        room += ENTRY_BYTES + sum(
            map(
                _text, (violation.code, violation.category, violation.pointer, violation.message, violation.remediation)
            )
        )
    for approval in refund.approvals:
        room += ENTRY_BYTES + 2 * _text(approval.by) + _text(approval.role) + _text(approval.text)
    for attempt in refund.attempts:
        if attempt.doubt is not None:
            room += sum(ENTRY_BYTES + _text(name) for name in attempt.doubt.other_ids)
    return room


def _lines(items: Iterable[LineItem]) -> int:
    return sum(ENTRY_BYTES + _text(item.id) + _text(item.description) for item in items)


def _text(text: str) -> int:
    return len(text) if text.isascii() else UNICODE_BYTES_MAX * len(text)
