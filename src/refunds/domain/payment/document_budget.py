"""Reserves bytes of the payment's document for each refund. So every open refund fits until it is final.

The check is made before a refund is added, and never when a refund changes. The check uses an upper bound of the size,
because encoding a document with many refunds would take milliseconds. A test compares that bound with the real size.
The figures are in docs/decisions/0032. All functions are pure.
"""

from collections.abc import Iterable

from refunds.domain.errors import PaymentFull
from refunds.domain.payment.payment import LineItem, Payment, Refund
from refunds.domain.payment.states import FINAL, Status
from refunds.domain.payment.status_reason import StatusReason

REFUNDS_BYTES_MAX = 15 * 1024 * 1024
"""Bytes of the 16 MiB document that refunds may use. The rest is for the payment's own fields and its outbox."""

CHECKED_FROM = 64
"""The bytes are computed only if the payment has at least this many refunds. Fewer refunds always fit."""

UNICODE_BYTES_MAX = 4
FIXED_BYTES = 1_536
"""Bytes of a refund's names, ids, amounts, times, key and gateway reason. Texts that people wrote are not included."""
ATTEMPT_BYTES = 1_536
"""Bytes of one attempt, with the gateway's own ids and codes and the ARN."""
EVENT_BYTES = 420
"""Bytes of one event that a gateway's result caused."""
EVENTS_KEPT = 8
"""The number of a refund's latest events for which bytes are reserved. More are kept while the document has room."""
PEOPLE_EVENTS_MAX = 8
"""How many events people can cause: a request, a submission, five approvals, and a rejection or cancellation."""
APPROVALS_BYTES = 16_384
"""Bytes of all approvals and the rejection of a refund, with their texts. A refund's violations fit into them too."""
ENTRY_BYTES = 160
"""Bytes of the names and numbers of one line item, approval or violation. An entry of `metadata` needs less."""

_ENDED_EVENTS = 3
"""How many events a final refund may still get. These are contradictions and a reversal."""

_BEFORE_GATEWAY = frozenset({Status.DRAFT, Status.SUBMITTED, Status.PENDING_APPROVAL})


def check_room(payment: Payment, added: Refund, pointer: str = "/payment_id") -> None:
    """Raises PaymentFull if the document has too few bytes for all refunds with their outcomes, including `added`."""
    if len(payment.refunds) < CHECKED_FROM:
        return
    if sum(map(room_of, payment.refunds)) + room_of(added) > REFUNDS_BYTES_MAX:
        raise PaymentFull(refunds=len(payment.refunds), bytes_max=REFUNDS_BYTES_MAX, pointer=pointer)


def room_of(refund: Refund) -> int:
    """Returns an upper bound of the bytes that a refund needs, including its outcome and its kept events."""
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
