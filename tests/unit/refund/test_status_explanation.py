"""Why a refund waits, what happens next and when, for every status."""

from datetime import timedelta

import pytest
from tests.support.copies import replace
from tests.support.payments.making import LIMITS, NOW, asking, payment
from tests.support.payments.money_limits import whole

from refunds.domain.payment.attempt import Attempt
from refunds.domain.payment.payment import CONTRADICTED, Approval, Payment, Refund, Work
from refunds.domain.payment.states import FINAL, Status
from refunds.domain.payment.status_reason import StatusReason
from refunds.domain.refund.explanation import WaitsFor
from refunds.domain.refund.status_explanation import explain
from refunds.texts.explanation_texts import because_of, next_of


def refund_in(status: Status, **changes: object) -> tuple[Payment, Refund]:
    made = asking(1_000)(payment())
    refund = replace(made.refund, status=status, due_at=None, due_for=None, status_reason=None, **changes)
    return made.payment, refund


@pytest.mark.parametrize("status", sorted(FINAL))
def test_final_refund_waits_for_nothing(status: Status) -> None:
    found = explain(*refund_in(status), LIMITS, NOW)

    assert found.waits_for is WaitsFor.NOTHING
    assert found.next_at is None
    assert "final" in next_of(found)


@pytest.mark.parametrize("status", sorted(Status))
def test_every_status_is_explained_in_sentences(status: Status) -> None:
    found = explain(*refund_in(status), LIMITS, NOW)

    assert found.status == status.value
    assert next_of(found).endswith(".")
    assert (found.waits_for is WaitsFor.NOTHING) == (status in FINAL)


def test_reason_of_a_failure_is_explained() -> None:
    owner, refund = refund_in(Status.FAILED)

    found = explain(
        owner, replace(refund, status_reason=StatusReason(code="expired_card", text="The card is old.")), LIMITS, NOW
    )

    assert "(reason code: expired_card; reason: The card is old.)" in because_of(found)


def test_contradicted_refund_waits_for_a_person() -> None:
    owner, refund = refund_in(Status.FAILED)

    found = explain(
        owner, replace(refund, status_reason=StatusReason(code=CONTRADICTED, text="Reconcile.")), LIMITS, NOW
    )

    assert found.waits_for is WaitsFor.OPERATOR
    assert next_of(found).startswith("A person must act:")
    assert "the money had moved" in because_of(found)


def test_approvals_that_are_missing_are_counted() -> None:
    given = Approval(by="ben", role="bank_admin", decision="approved", at=NOW)
    owner, refund = refund_in(
        Status.PENDING_APPROVAL, approvals=(given,), approvals_required=3, approval_rule="auto_approval_below"
    )

    found = explain(owner, replace(refund, amount=100_000), LIMITS, NOW)

    assert found.waits_for is WaitsFor.APPROVER
    assert because_of(found) == (
        "Refunds of 1,000.00 EUR or more need approval. Approvals that this refund needs: 3. Approvals that it has: 1."
    )
    assert next_of(found) == (
        "Approvals still needed: 2. Any administrator can approve the refund, except user_1 and those who have "
        "already approved it."
    )


def test_rule_that_has_changed_since_is_not_given_as_the_reason() -> None:
    owner, refund = refund_in(Status.PENDING_APPROVAL, approvals_required=1)

    found = explain(owner, refund, LIMITS, NOW)

    assert because_of(found) == (
        "When the refund was requested, the rules required approval of this refund. Approvals that it needs: 1. "
        "Approvals that it has: 0."
    )
    assert next_of(found) == "Approvals still needed: 1. Any administrator except user_1 can approve the refund."


def test_approvals_that_were_raised_meanwhile_are_explained_with_the_earlier_number() -> None:
    owner, refund = refund_in(Status.PENDING_APPROVAL, approvals_required=1)

    found = explain(owner, replace(refund, amount=100_000), replace(LIMITS, approvals_required=3), NOW)

    assert because_of(found) == (
        "Refunds of 1,000.00 EUR or more need approval. Approvals that this refund needs: 3. Approvals that it has: "
        "0. When the refund was requested, it needed fewer approvals (1)."
    )
    assert next_of(found) == "Approvals still needed: 3. Any administrator except user_1 can approve the refund."


def test_why_of_a_refund_blocked_by_a_rule_explains_that_it_cannot_be_approved_and_what_to_do() -> None:
    owner, refund = refund_in(Status.PENDING_APPROVAL, approvals_required=1)

    found = explain(owner, replace(refund, amount=100_000), replace(LIMITS, refund_amount_max=whole(500)), NOW)

    assert because_of(found) == (
        "The refund cannot be approved while a rule blocks it. The refund was requested for 1,000.00 EUR, but the "
        "maximum for one refund is 500.00 EUR. The parameter refund_amount_max sets this limit."
    )
    assert next_of(found).startswith(
        "Reject or cancel the refund. Or remove the reason for which the rule blocks the refund, and then approve the "
        "refund."
    )
    assert "raise refund_amount_max" in next_of(found)
    assert found.waits_for is WaitsFor.APPROVER


@pytest.mark.parametrize("status", [Status.CANCELED, Status.REJECTED])
def test_reason_that_only_repeats_the_status_is_not_repeated(status: Status) -> None:
    owner, refund = refund_in(status)

    found = explain(
        owner, replace(refund, status_reason=StatusReason(code=status.value, text="On request.")), LIMITS, NOW
    )

    assert because_of(found).endswith("The amount of the refund is refundable again. (reason: On request.)")
    assert status.value not in because_of(found).partition("(")[2]


def test_refund_that_was_made_ready_without_its_approvals_waits_for_a_person() -> None:
    attempt = Attempt(id="att_1", gateway="sandbox", tries=1, at=NOW)
    owner, refund = refund_in(Status.PROCESSING, attempts=(attempt,), approvals_required=2)

    found = explain(owner, replace(refund, due_at=NOW, due_for=Work.GATEWAY), LIMITS, NOW)

    assert (found.waits_for, found.next_at) == (WaitsFor.OPERATOR, None)
    assert because_of(found) == (
        "The refund has the status of an approved refund, but it has too few approvals. Approvals that it needs: "
        "2. The service does not submit the refund to the gateway."
    )
    assert next_of(found).startswith("A person must act:")


def test_moment_of_the_next_submission_is_explained() -> None:
    attempt = Attempt(id="att_1", gateway="sandbox", tries=2, at=NOW)
    owner, refund = refund_in(Status.GATEWAY_ERROR, attempts=(attempt,))
    due = replace(refund, due_at=NOW + timedelta(seconds=9), due_for=Work.GATEWAY)

    found = explain(owner, due, LIMITS, NOW)

    assert found.next_at == NOW + timedelta(seconds=9)
    assert "in 9 s, under the same idempotency key. This is submission 3 of at most 5." in next_of(found)


def test_unknown_outcome_is_asked_for_and_never_assumed() -> None:
    owner, refund = refund_in(Status.UNKNOWN)
    due = replace(refund, due_at=NOW, due_for=Work.GATEWAY)

    found = explain(owner, due, LIMITS, NOW)

    assert "does not treat the refund as failed" in because_of(found)
    assert next_of(found) == "The service asks sandbox now for the outcome of the refund."
