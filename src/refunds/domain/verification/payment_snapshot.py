"""Represents a stored payment as scans read it, and rebuilds its changes.

Catch-up, rebuild and verification use this module. Decisions on refunds never use it. The stored payment has only the
outbox of its latest version. Earlier changes are rebuilt from the histories of the refunds. In a rebuilt change, each
refund has its current state. The module does no I/O.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from refunds.domain import ids
from refunds.domain.payment.events import CREATION_EVENTS, Event, EventType
from refunds.domain.payment.outbox import Digest, PaymentChange, RefundState
from refunds.domain.payment.payment import DECISION_APPROVED
from refunds.domain.payment.status_reason import PlainFact

NO_DISPUTE = "none"
REJECTED = "rejected"


class StoredDoubt(Struct, frozen=True, kw_only=True):
    """See `attempt.Doubt`."""

    question: str = ""
    contradictions: int = 0
    missing_since: datetime | None = None
    refused_submission: int = 0
    other_ids: tuple[str, ...] = ()


class StoredAttempt(Struct, frozen=True, kw_only=True):
    """An attempt as it is stored. See `attempt.Attempt`.

    `is_acknowledged` is None if an older release wrote the attempt.
    """

    id: str
    gateway_refund_id: str
    gateway: str = ""
    outcome: str = ""
    error_code: str = ""
    error_raw: str = ""
    doubt: StoredDoubt | None = None
    tries: int = 1
    asks: int = 0
    unsent: int = 0
    at: datetime | None = None
    first_sent_at: datetime | None = None
    unsent_since: datetime | None = None
    is_acknowledged: bool | None = None
    outcome_at: datetime | None = None

    @property
    def is_in_question(self) -> bool:
        """True while a status query is open that has to answer the attempt's `doubt.question`."""
        return self.doubt is not None and self.doubt.question != ""

    @property
    def gateway_ids(self) -> tuple[str, ...]:
        """Returns all ids that the gateway gave to the movement of this attempt."""
        others = self.doubt.other_ids if self.doubt is not None else ()
        return tuple(name for name in (self.gateway_refund_id, *others) if name)


class StoredApproval(Struct, frozen=True, kw_only=True):
    """The decision of one approver."""

    by: str
    decision: str
    at: datetime


class StoredViolation(Struct, frozen=True, kw_only=True):
    """A violation with its code and its message."""

    code: str
    message: str


class StoredRefund(Struct, frozen=True, kw_only=True):
    """A refund with the events that its history still has.

    The oldest event is first. A text is empty if it is not stored.
    """

    state: RefundState
    idempotency_key: str
    due_at: datetime | None
    attempts: tuple[StoredAttempt, ...]
    history: tuple[Event, ...]
    history_count: int
    approvals: tuple[StoredApproval, ...] = ()
    arn: str = ""
    digest: Digest | None = None
    due_for: str = ""
    first_status: str = ""
    submitted_by: str = ""
    submitted_at: datetime | None = None
    approvals_required: int = 0
    approvals_raised_to: int = 0
    approval_rule: str = ""
    approval_digests: tuple[Digest, ...] = ()
    review_digests: tuple[Digest, ...] = ()
    status_text: str = ""
    status_detail: str = ""
    status_facts: Mapping[str, PlainFact] | None = None
    last_decision_text: str = ""
    violations: tuple[StoredViolation, ...] = ()
    expected_at: datetime | None = None
    fingerprint: str = ""

    @property
    def approvals_asked(self) -> int:
        """Returns the largest number of approvals that was ever required for the refund.

        The review sets this number, and a later approval may raise it.
        """
        return max(self.approvals_required, self.approvals_raised_to)

    @property
    def is_in_question(self) -> bool:
        """True while a status query has to decide whether the final status or a contradicting result is right."""
        return any(attempt.is_in_question for attempt in self.attempts)

    @property
    def is_history_whole(self) -> bool:
        """True if the history has every event of the refund."""
        return self.history_count == len(self.history)


class StoredPayment(Struct, frozen=True, kw_only=True):
    """A payment at one version, without the fields that only decisions need.

    `latest` is the outbox of the payment. If the outbox cannot be read, `latest` is None and `is_outbox_readable` is
    False. Nearly all of its events are then still in the histories. `is_claimed` is True if a worker ever claimed the
    payment. A claim moves the `due_at` of the payment but not the `due_at` of its refunds.
    """

    id: str
    merchant_id: str
    path: tuple[str, ...]
    captured_amount: int
    reserved_amount: int
    refunded_amount: int
    currency: str
    payment_method: str
    gateway: str
    gateway_payment_id: str
    created_at: datetime
    refunds: tuple[StoredRefund, ...]
    latest: PaymentChange | None
    recorded_by: str = ""
    dispute: str = NO_DISPUTE
    digest: Digest | None = None
    version: int = 1
    last_write: str = ""
    due_at: datetime | None = None
    due_for: str = ""
    is_claimed: bool = False
    route: str = ""
    is_outbox_readable: bool = True


def changes_of(stored: StoredPayment) -> Iterator[PaymentChange]:
    """Yields all changes that the outbox and the histories still have.

    The changes are ordered by version and start with the capture.
    """
    by_version: dict[int, list[Event]] = {1: [_captured(stored)]}
    for refund in stored.refunds:
        for event in refund.history:
            by_version.setdefault(ids.event_version(stored.id, event.id), []).append(event)
    states = {refund.state.id: refund.state for refund in stored.refunds}
    digests, latest = tuple(digests_of(stored)), stored.latest
    for version in sorted(by_version):
        if latest is not None and latest.version == version:
            yield replace(latest, refunds=tuple(states[state.id] for state in latest.refunds))
            continue
        items = by_version[version]
        if len(items) > 1:
            items.sort(key=lambda event: ids.event_index(stored.id, event.id))
        touched = dict.fromkeys(event.refund_id for event in items if event.refund_id)
        yield _change(stored, version, tuple(items), tuple(states[refund_id] for refund_id in touched), digests)


def digests_of(stored: StoredPayment) -> Iterator[Digest]:
    """Yields the digests of the payment and its refunds, and of their approvals and reviews.

    The digests were computed from the current fields when the payment was read.
    """
    for digest in (stored.digest, *(refund.digest for refund in stored.refunds)):
        if digest is not None:
            yield digest
    for refund in stored.refunds:
        yield from refund.approval_digests
        yield from refund.review_digests


def approvals_asked_of(refund_id: str) -> str:
    """Returns the name of the digest that covers how many approvals a refund requires.

    Digests have this name in their field `of`.
    """
    return f"{refund_id}/approvals_asked"


def violations_of(refund_id: str) -> str:
    """Returns the name of the digest of a refund's violations. Digests have this name in their field `of`."""
    return f"{refund_id}/violations"


def approval_of(refund_id: str, number: int) -> str:
    """Returns the name of the digest of one person's decision about a refund.

    Decisions are numbered from 0. Digests have this name in their field `of`.
    """
    return f"{refund_id}/approvals/{number}"


def decision_of(event: Event) -> str:
    """Returns a person's approval or rejection if this event records one. Otherwise returns an empty text."""
    if event.type is EventType.REFUND_REJECTED:
        return REJECTED
    is_last = event.type is EventType.REFUND_READY and event.code == DECISION_APPROVED
    return DECISION_APPROVED if is_last or event.type is EventType.REFUND_APPROVAL_GIVEN else ""


def _captured(stored: StoredPayment) -> Event:
    """Returns the event of the capture, which no refund's history contains."""
    return Event(
        id=ids.event_id(stored.id, 1, 0),
        type=EventType.PAYMENT_CAPTURED,
        at=stored.created_at,
        refund_id="",
        actor=stored.recorded_by,
        from_status="",
        status="captured",
        amount=stored.captured_amount,
    )


def _change(
    stored: StoredPayment,
    version: int,
    items: tuple[Event, ...],
    refunds: tuple[RefundState, ...],
    digests: Sequence[Digest],
) -> PaymentChange:
    return PaymentChange(
        payment_id=stored.id,
        version=version,
        merchant_id=stored.merchant_id,
        path=stored.path,
        currency=stored.currency,
        gateway=stored.gateway,
        payment_method=stored.payment_method,
        items=items,
        refunds=refunds,
        digests=tuple(_made(stored, items, digests)),
    )


def _made(stored: StoredPayment, items: tuple[Event, ...], digests: Sequence[Digest]) -> Iterator[Digest]:
    """Yields the digests of everything that these events created."""
    made = {event.refund_id for event in items if event.type in CREATION_EVENTS}
    made.update(_decided(stored, items))
    for event in items:
        made.update(_reviewed(event))
    if items[0].type is EventType.PAYMENT_CAPTURED:
        made.add(stored.id)
    if made:
        yield from (digest for digest in digests if digest.of in made)


def _reviewed(event: Event) -> Iterator[str]:
    """Yields the names of the digests that this event may have changed at a review or an approval."""
    if event.type is EventType.REFUND_APPROVAL_REQUESTED or decision_of(event):
        yield approvals_asked_of(event.refund_id)
    if event.type is EventType.REFUND_VALIDATION_FAILED:
        yield violations_of(event.refund_id)


def _decided(stored: StoredPayment, items: tuple[Event, ...]) -> Iterator[str]:
    """Yields the names of the digests of the approvals that these events record."""
    decided = {event.id for event in items if decision_of(event)}
    for refund in stored.refunds if decided else ():
        decisions = [event.id for event in refund.history if decision_of(event)]
        for event_id, digest in zip(decisions, refund.approval_digests, strict=False):
            if event_id in decided and refund.is_history_whole:
                yield digest.of
