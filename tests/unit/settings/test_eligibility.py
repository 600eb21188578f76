"""Each rule of the review at its boundary, and all broken rules at once."""

from datetime import timedelta

import pytest
from tests.support.payments.money_limits import whole
from tests.support.payments.payments import LIMITS, NOW, a_payment, limits, paid_by

from refunds.domain.eligibility.eligibility import EligibilityResult, RefundCandidate, review
from refunds.domain.payment.payment import DisputeState, MethodType, Payment, RefundMethod
from refunds.domain.settings.refund_policy import Limits

DAY = timedelta(days=1)
MOMENT = timedelta(milliseconds=1)


def reviewed(
    payment: Payment, amount: int = 10, within: Limits = LIMITS, method: RefundMethod = RefundMethod.ORIGINAL_PAYMENT
) -> EligibilityResult:
    return review(payment, RefundCandidate(amount=amount, method=method), within, NOW)


def codes(verdict: EligibilityResult) -> list[str]:
    return [rule.code for rule in verdict.broken]


def test_a_plain_refund_passes_without_anybody() -> None:
    assert reviewed(a_payment()) == EligibilityResult()


def test_the_window_is_open_to_its_last_moment() -> None:
    assert codes(reviewed(a_payment(captured_at=NOW - 180 * DAY))) == []
    assert codes(reviewed(a_payment(captured_at=NOW - 180 * DAY - MOMENT))) == ["refund_window_passed"]


def test_the_window_follows_its_parameter() -> None:
    payment = a_payment(captured_at=NOW - 30 * DAY - MOMENT)

    assert codes(reviewed(payment, within=limits(refund_window_days=31))) == []
    assert codes(reviewed(payment, within=limits(refund_window_days=30))) == ["refund_window_passed"]
    assert codes(reviewed(payment, within=limits(refund_window_days=0))) == ["refund_window_passed"]


def test_paypal_never_takes_more_than_its_180_days() -> None:
    wide = limits(refund_window_days=365)

    assert codes(reviewed(paid_by(MethodType.PAYPAL, captured_at=NOW - 180 * DAY), within=wide)) == []
    late = paid_by(MethodType.PAYPAL, captured_at=NOW - 180 * DAY - MOMENT)
    assert codes(reviewed(late, within=wide)) == ["refund_window_passed"]
    assert codes(reviewed(a_payment(captured_at=NOW - 365 * DAY), within=wide)) == []


@pytest.mark.parametrize(("currency", "unit"), [("JPY", 1), ("EUR", 100), ("KWD", 1000), ("CLF", 10_000)])
def test_the_largest_refund_is_exactly_the_maximum_in_whole_units(currency: str, unit: int) -> None:
    within = limits(refund_amount_max=whole(50), auto_approval_below=whole(10**6))
    payment = a_payment(10**9, currency=currency)

    assert codes(reviewed(payment, 50 * unit, within)) == []
    assert codes(reviewed(payment, 50 * unit + 1, within)) == ["refund_amount_above_maximum"]


def test_without_a_maximum_any_amount_passes() -> None:
    assert codes(reviewed(a_payment(10**15), 10**15, limits(refund_amount_max=None))) == []


def test_only_allowed_methods_pass() -> None:
    within = limits(refund_methods_allowed=("original_payment", "balance"))

    assert codes(reviewed(a_payment(), within=within, method=RefundMethod.BALANCE)) == ["refund_method_not_connected"]
    assert codes(reviewed(a_payment(), within=within, method=RefundMethod.OTHER)) == [
        "refund_method_not_allowed",
        "refund_method_not_connected",
    ]


@pytest.mark.parametrize("method", sorted(MethodType))
def test_bank_debits_and_crypto_are_refunded_whole_only(method: MethodType) -> None:
    is_whole_only = method in (MethodType.ACH, MethodType.CRYPTO)

    assert codes(reviewed(paid_by(method), 100)) == []
    assert codes(reviewed(paid_by(method), 99)) == (["partial_refund_not_supported"] if is_whole_only else [])


def test_refund_after_a_lost_chargeback_is_refused_whatever_the_parameters_are() -> None:
    payment = a_payment(dispute=DisputeState.LOST)

    assert codes(reviewed(payment, within=limits(pay_out_during_dispute=True))) == ["chargeback_lost"]


def test_a_refund_during_a_dispute_is_refused_unless_the_tenant_chose_otherwise() -> None:
    payment = a_payment(dispute=DisputeState.OPEN)

    assert codes(reviewed(payment)) == ["dispute_open"]
    assert codes(reviewed(payment, within=limits(pay_out_during_dispute=True))) == []


def test_a_won_dispute_is_no_hindrance() -> None:
    assert codes(reviewed(a_payment(dispute=DisputeState.WON))) == []


@pytest.mark.parametrize(("currency", "unit"), [("JPY", 1), ("EUR", 100), ("KWD", 1000), ("CLF", 10_000)])
def test_exactly_the_threshold_needs_approval_and_one_unit_less_does_not(currency: str, unit: int) -> None:
    within = limits(auto_approval_below=whole(1000), approvals_required=2)
    payment = a_payment(10**9, currency=currency)

    assert reviewed(payment, 1000 * unit - 1, within).approvals_required == 0
    needing = reviewed(payment, 1000 * unit, within)
    assert (needing.approvals_required, needing.approval_rule) == (2, "auto_approval_below")


def test_with_a_threshold_of_zero_everything_needs_approval() -> None:
    assert reviewed(a_payment(), 1, limits(auto_approval_below=whole(0))).approvals_required == 1


def test_all_broken_rules_are_found_at_once() -> None:
    payment = paid_by(MethodType.ACH, 10**6, captured_at=NOW - 181 * DAY, dispute=DisputeState.OPEN)
    within = limits(refund_amount_max=whole(1), refund_methods_allowed=("balance",))

    verdict = reviewed(payment, 5000, within)

    assert codes(verdict) == [
        "refund_window_passed",
        "refund_amount_above_maximum",
        "refund_method_not_allowed",
        "partial_refund_not_supported",
        "dispute_open",
    ]
    assert all(rule.category and rule.pointer.startswith("/") for rule in verdict.broken)
    assert verdict.approvals_required == 0
