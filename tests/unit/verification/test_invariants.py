"""Findings of verification for stored payments that break an invariant, even if the database would refuse them."""

from collections.abc import Iterable
from datetime import UTC, datetime

from tests.support.copies import replace

from refunds.domain.finding import Finding
from refunds.domain.payment.outbox import RefundState
from refunds.domain.verification.invariants import broken_amounts, repeated_keys, stuck_refunds
from refunds.domain.verification.payment_snapshot import StoredPayment, StoredRefund
from refunds.texts.finding_lines import line_of

NOW = datetime(2025, 3, 1, tzinfo=UTC)


def lines(found: Iterable[Finding]) -> list[str]:
    """What was found, as people read it."""
    return list(map(line_of, found))


def a_refund(number: int, status: str, amount: int) -> StoredRefund:
    """A refund of this status with a key of its own."""
    state = RefundState(
        id=f"ref_{number}",
        status=status,
        status_reason="",
        amount=amount,
        method="original_payment",
        reason="duplicate",
        created_by="usr_1",
        created_at=NOW,
        updated_at=NOW,
    )
    return StoredRefund(
        state=state, idempotency_key=f"k{number}", due_at=None, attempts=(), history=(), history_count=0
    )


PAYMENT = StoredPayment(
    id="pay_1",
    merchant_id="mer_1",
    path=("platform",),
    captured_amount=100,
    reserved_amount=30,
    refunded_amount=60,
    currency="EUR",
    payment_method="ach",
    gateway="sandbox",
    gateway_payment_id="gp_1",
    created_at=NOW,
    refunds=(a_refund(1, "completed", 60), a_refund(2, "pending_approval", 30), a_refund(3, "failed", 50)),
    latest=None,
)


def test_sound_payment_breaks_nothing() -> None:
    assert [*broken_amounts(PAYMENT), *repeated_keys(PAYMENT), *stuck_refunds(PAYMENT)] == []


def test_more_than_captured_is_named() -> None:
    assert lines(broken_amounts(replace(PAYMENT, captured_amount=80))) == [
        "pay_1: 90 minor units of the payment are reserved or refunded, but only 80 were captured"
    ]


def test_amounts_that_are_not_the_sums_are_named() -> None:
    wrong = replace(PAYMENT, reserved_amount=0, refunded_amount=10)

    assert lines(broken_amounts(wrong)) == [
        "pay_1: the reserved amount of the payment is 0 minor units, but its refunds under way sum to 30",
        "pay_1: the refunded amount of the payment is 10 minor units, but its successful refunds sum to 60",
    ]


def test_key_that_stands_twice_is_named_once() -> None:
    twice = replace(PAYMENT.refunds[1], idempotency_key="k1")

    assert lines(repeated_keys(replace(PAYMENT, refunds=(PAYMENT.refunds[0], twice)))) == [
        "ref_2: an earlier refund of the same payment has the same idempotency key"
    ]


def test_refund_that_waits_for_nothing_is_named() -> None:
    stuck = a_refund(4, "unknown", 0)

    assert lines(stuck_refunds(replace(PAYMENT, refunds=(stuck,)))) == [
        "ref_4: the refund is not final (its status is unknown), but no work on it is scheduled"
    ]
    assert list(stuck_refunds(replace(PAYMENT, refunds=(replace(stuck, due_at=NOW),)))) == []
