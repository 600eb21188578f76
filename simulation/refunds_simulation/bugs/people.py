"""Planted bugs in how requests and approvals are treated.

The bugs concern idempotency keys, approvers, cancellation and amounts.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from msgspec.structs import replace

from refunds.adapters.memory.payments import payment_parts
from refunds.domain.errors import ApprovalCountedTwice, RequesterMayNotApprove
from refunds.domain.payment import payment as payments
from refunds.domain.payment import states
from refunds.domain.payment.idempotent_replay import as_first_answered
from refunds.domain.payment.payment import Approval, Decision, Payment, Refund
from refunds.domain.payment.states import Fact, Status
from refunds.domain.refund import lifecycle
from refunds_simulation.bugs.patching import Bug, instead, new_entry


@contextmanager
def _key_not_looked_up() -> Iterator[None]:
    with instead(payments.Payment, "refund_by_key", lambda *_: None):
        yield


@contextmanager
def _other_body_replayed() -> Iterator[None]:
    def replay(payment: Payment, earlier: Refund, _fingerprint: str) -> Decision:
        return Decision(payment=payment, refund=as_first_answered(earlier), replayed=True)

    with instead(lifecycle, "_replay", replay):
        yield


@contextmanager
def _replay_as_it_stands() -> Iterator[None]:
    with instead(lifecycle, "as_first_answered", lambda earlier: earlier):
        yield


@contextmanager
def _requester_approves() -> Iterator[None]:
    def check(refund: Refund, approval: Approval) -> None:
        if any(earlier.by == approval.by for earlier in refund.approvals):
            raise ApprovalCountedTwice

    with instead(lifecycle, "_check_approver", check):
        yield


@contextmanager
def _approval_counted_twice() -> Iterator[None]:
    def check(refund: Refund, approval: Approval) -> None:
        if approval.by in (refund.created_by, refund.submitted_by):
            raise RequesterMayNotApprove

    with instead(lifecycle, "_check_approver", check):
        yield


@contextmanager
def _one_approval_is_enough() -> Iterator[None]:
    with instead(lifecycle, "approvals_needed", lambda *_: 1):
        yield


@contextmanager
def _canceled_after_submission() -> Iterator[None]:
    with (
        instead(lifecycle, "CANCELABLE", states.CANCELABLE | {Status.PROCESSING, Status.UNKNOWN}),
        new_entry(states.TABLE, (Status.PROCESSING, Fact.CANCELED), Status.CANCELED),
        new_entry(states.TABLE, (Status.UNKNOWN, Fact.CANCELED), Status.CANCELED),
    ):
        yield


@contextmanager
def _reserved_not_counted() -> Iterator[None]:
    """Plants the bug that neither decisions nor the database's rules count reserved amounts."""

    def with_refund(payment: Payment, before: Refund | None, after: Refund, events: Any = ()) -> Payment:
        wide = replace(payment, captured_amount=payment.captured_amount * 2)
        return replace(right(wide, before, after, events), captured_amount=payment.captured_amount)

    right = payments.with_refund
    left = property(lambda payment: payment.captured_amount - payment.refunded_amount)
    with (
        instead(payments.Payment, "refundable_amount", left),
        instead(payments, "with_refund", with_refund),
        instead(payment_parts, "breaks_rules", lambda _: False),
    ):
        yield


BUGS = (
    Bug(
        name="key_not_looked_up",
        breaks="A repeated request creates a new refund.",
        apply=_key_not_looked_up,
    ),
    Bug(
        name="other_body_replayed",
        breaks="A key that is used again with another body is answered with the earlier refund.",
        apply=_other_body_replayed,
    ),
    Bug(
        name="replay_as_it_stands",
        breaks="A repeated request is answered with the present refund, not with the first answer.",
        apply=_replay_as_it_stands,
    ),
    Bug(
        name="requester_approves",
        breaks="The requester of a refund may approve it.",
        apply=_requester_approves,
    ),
    Bug(
        name="approval_counted_twice",
        breaks="One person's approval counts twice.",
        apply=_approval_counted_twice,
    ),
    Bug(
        name="one_approval_is_enough",
        breaks="The first approval makes a refund ready, however many it needs.",
        apply=_one_approval_is_enough,
    ),
    Bug(
        name="canceled_after_submission",
        breaks="A refund that may be at its gateway is canceled.",
        apply=_canceled_after_submission,
    ),
    Bug(
        name="reserved_not_counted",
        breaks="Concurrent partial refunds may exceed the captured amount.",
        apply=_reserved_not_counted,
    ),
)
