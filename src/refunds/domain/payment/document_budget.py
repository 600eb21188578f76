"""Reserves bytes of the payment's document for each refund, so that every open refund can be stored until it is final.

Checked before a refund is added, never when one changes. Pure: computes an upper bound, which a test compares with the
real size, because encoding a document with many refunds would take milliseconds. Figures: docs/decisions/0032.
"""

from collections.abc import Iterable

from refunds.domain.errors import PaymentFull
from refunds.domain.payment.payment import LineItem, Payment, Refund
from refunds.domain.payment.states import FINAL, Status
from refunds.domain.payment.status_reason import StatusReason

REFUNDS_BYTES_MAX = 15 * 1024 * 1024
"""Bytes of the 16 MiB document that refunds may use; the rest is for the payment's fields and one version's events."""

CHECKED_FROM = 64
"""Number of refunds from which the sum is computed; fewer refunds always fit, even the largest."""

UNICODE_BYTES_MAX = 4
FIXED_BYTES = 1_536
"""Bytes of a refund's names, ids, amounts, times, key and gateway reason, without texts of people."""
ATTEMPT_BYTES = 1_536
"""Bytes of one attempt, with the gateway's own ids and codes and the ARN."""
EVENT_BYTES = 420
"""Bytes of one event that a gateway's result caused."""
EVENTS_KEPT = 8
"""Number of latest events per refund that have reserved bytes. More are kept while the document has room."""
PEOPLE_EVENTS_MAX = 8
"""Maximum events of people on one refund: request, submission, five approvals, and a rejection or cancellation."""
APPROVALS_BYTES = 16_384
"""Bytes of all approvals that a refund can need, with their texts, and the rejection; or of all violations."""
ENTRY_BYTES = 160
"""Bytes of the names and numbers of a line item, an approval or a violation; an entry of `metadata` needs less."""

_ENDED_EVENTS = 3
"""Number of events that a final refund may still get: contradictions and a reversal."""

_BEFORE_GATEWAY = frozenset({Status.DRAFT, Status.SUBMITTED, Status.PENDING_APPROVAL})


def check_room(payment: Payment, added: Refund, pointer: str = "/payment_id") -> None:
    """Raises PaymentFull if the document has too few bytes for all refunds, their outcomes, and `added`."""
    if len(payment.refunds) < CHECKED_FROM:
        return
    if sum(map(room_of, payment.refunds)) + room_of(added) > REFUNDS_BYTES_MAX:
        raise PaymentFull(refunds=len(payment.refunds), bytes_max=REFUNDS_BYTES_MAX, pointer=pointer)


def room_of(refund: Refund) -> int:
    """Returns an upper bound of a refund's bytes, with its outcome and the latest events of its history."""
    room = FIXED_BYTES + ATTEMPT_BYTES
    if refund.status in FINAL:
        room += EVENT_BYTES * min(refund.history_count + _ENDED_EVENTS, EVENTS_KEPT)
    else:
        room += EVENT_BYTES * EVENTS_KEPT
        room += APPROVALS_BYTES if refund.status in _BEFORE_GATEWAY else 0
    reason = refund.status_reason
    room += PEOPLE_EVENTS_MAX * _text(refund.created_by)
    room += _text(refund.reason.text) + (_reason(reason) if reason is not None else 0)
    return room + _parts(refund)


def _reason(reason: StatusReason) -> int:
    return _text(reason.text) + len(reason.detail) + sum(_text(str(fact)) for fact in (reason.facts or {}).values())


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
        if violation.facts is not None:
            room += ENTRY_BYTES + sum(_text(str(fact)) for fact in violation.facts.values())
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
