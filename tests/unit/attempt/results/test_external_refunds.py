"""Refunds that were made at the gateway and not by us."""

import pytest
from tests.support.copies import replace
from tests.support.payments.payments import (
    NOW,
    a_payment,
    a_result,
    answered,
    stored,
    with_result,
)
from tests.unit.attempt.results.result_steps import (
    WAYS,
    begun,
    external,
    refund_in,
    unanswered_on_every_submission,
    with_refund_of,
)

from refunds.domain.attempt.conflicting_results import CONTRADICTIONS_MAX
from refunds.domain.attempt.external_refunds import EXTERNAL_REFUNDS_MAX, check_never_found
from refunds.domain.attempt.result_recording import GatewayResult, ResultKind
from refunds.domain.errors import (
    AmountExceedsRefundable,
    ContentUnreadable,
    CurrencyMismatch,
    InvalidInput,
    RefundStillOpen,
    TooManyRefunds,
)
from refunds.domain.invalid_input import ExternalRefundNotSuccessful, MovedAmountMissing
from refunds.domain.payment.events import EventType
from refunds.domain.payment.payment import Payment, Refund
from refunds.domain.payment.states import FINAL, Status

NOT_SUCCESSFUL = (ResultKind.FAILED, ResultKind.PENDING)
"""What a webhook may say of a refund beside its success."""

# --- refunds made at the gateway -----------------------------------------------------------------


def test_a_refund_made_at_the_gateway_is_taken_into_the_books_once() -> None:
    first = external(a_payment())
    second = external(stored(first))

    assert (first.refund.status, first.payment.refunded_amount) == (Status.COMPLETED, 30)
    assert first.refund.idempotency_key == "adopted:sandbox:gr_9"
    assert [event.type for event in first.payment.events] == [EventType.EXTERNAL_REFUND_RECORDED]
    assert second.replayed
    assert second.payment.refunded_amount == 30


def test_an_external_refund_that_fails_later_releases_its_amount() -> None:
    payment = stored(external(a_payment()))

    decision = external(payment, kind=ResultKind.FAILED)
    assert (decision.refund.due_at, decision.payment.refundable_amount) == (NOW, 70)

    payment, refund = answered(stored(decision), decision.refund, ResultKind.FAILED)

    assert (refund.status, payment.refundable_amount) == (Status.REVERSED, 100)


def test_a_webhook_without_our_reference_finds_our_refund_by_the_gateways_id() -> None:
    payment, refund = with_result(*refund_in(Status.PROCESSING), ResultKind.PENDING, gateway_refund_id="gr_1")

    decision = external(payment, name="gr_1", amount=60)

    assert (decision.refund.id, decision.refund.status) == (refund.id, Status.COMPLETED)
    assert len(decision.payment.refunds) == 1


def test_a_webhook_without_any_id_is_refused() -> None:
    payment, _ = refund_in(Status.PROCESSING)

    with pytest.raises(InvalidInput):
        external(payment, name="", amount=60)


@pytest.mark.parametrize("name", ["", "gr_1"])
@pytest.mark.parametrize("status", sorted(status for status in WAYS if status not in FINAL))
def test_what_may_be_our_own_open_refund_is_not_recorded_as_external_before_that_has_ended(
    status: Status, name: str
) -> None:
    payment, refund = refund_in(status, amount=30)
    named = replace(refund.attempts[-1], gateway_refund_id=name)
    payment, refund = with_refund_of(payment, replace(refund, attempts=(named,)))

    with pytest.raises(RefundStillOpen) as refused:
        external(payment)

    assert refused.value.refund_id == refund.id
    payment, _ = with_result(payment, refund, ResultKind.SUCCEEDED, gateway_refund_id="gr_1")
    assert external(payment).payment.refunded_amount == 60


@pytest.mark.parametrize("kind", sorted(frozenset(ResultKind) - {ResultKind.SUCCEEDED}))
def test_only_success_is_recorded_as_external(kind: ResultKind) -> None:
    with pytest.raises(ExternalRefundNotSuccessful) as ignored:
        external(a_payment(), kind=kind)

    assert ignored.value.kind == kind


@pytest.mark.parametrize("kind", NOT_SUCCESSFUL)
@pytest.mark.parametrize("status", sorted(WAYS))
def test_what_failed_or_waits_at_the_gateway_concerns_none_of_our_refunds_of_other_amounts(
    status: Status, kind: ResultKind
) -> None:
    payment, _ = refund_in(status, amount=60)

    with pytest.raises(ExternalRefundNotSuccessful):
        external(payment, kind=kind)


@pytest.mark.parametrize("kind", NOT_SUCCESSFUL)
def test_what_failed_or_waits_at_the_gateway_concerns_none_of_our_refunds_in_another_currency(kind: ResultKind) -> None:
    payment, _ = refund_in(Status.GATEWAY_PENDING, amount=30)

    with pytest.raises(ExternalRefundNotSuccessful):
        external(payment, kind=kind, currency="JPY")


@pytest.mark.parametrize("kind", NOT_SUCCESSFUL)
def test_what_failed_or_waits_at_the_gateway_is_not_our_refund_that_completed_under_another_id(
    kind: ResultKind,
) -> None:
    payment, _ = with_result(*refund_in(Status.PROCESSING, amount=30), ResultKind.SUCCEEDED, gateway_refund_id="gr_1")

    with pytest.raises(ExternalRefundNotSuccessful):
        external(payment, kind=kind)


@pytest.mark.parametrize("amount", [30, None])
@pytest.mark.parametrize("kind", NOT_SUCCESSFUL)
@pytest.mark.parametrize("status", sorted(status for status in WAYS if status not in FINAL))
def test_what_failed_or_waits_at_the_gateway_may_be_our_open_refund_until_that_has_ended(
    status: Status, kind: ResultKind, amount: int | None
) -> None:
    payment, refund = refund_in(status, amount=30)

    with pytest.raises(RefundStillOpen) as refused:
        external(payment, kind=kind, amount=amount)

    assert refused.value.refund_id == refund.id
    payment, _ = with_result(payment, refund, ResultKind.SUCCEEDED, gateway_refund_id="gr_1")
    with pytest.raises(ExternalRefundNotSuccessful):
        external(payment, kind=kind, amount=amount)


@pytest.mark.parametrize("kind", NOT_SUCCESSFUL)
def test_what_failed_or_waits_at_the_gateway_may_be_our_completed_refund_that_has_no_id_there(
    kind: ResultKind,
) -> None:
    payment, refund = refund_in(Status.COMPLETED, amount=30)

    decision = external(payment, kind=kind)

    assert (decision.refund.id, decision.refund.due_at) == (refund.id, NOW)
    payment, refund = answered(stored(decision), decision.refund, ResultKind.FAILED, gateway_refund_id="gr_9")
    assert (refund.status, payment.refundable_amount) == (Status.REVERSED, 100)


def test_failure_that_may_be_of_our_completed_refund_is_kept_for_a_person_where_no_query_brings_its_id() -> None:
    payment, refund = refund_in(Status.COMPLETED, amount=30)
    for _ in range(CONTRADICTIONS_MAX):
        decision = external(payment, kind=ResultKind.FAILED)
        payment, refund = answered(stored(decision), decision.refund, ResultKind.SUCCEEDED)

    with pytest.raises(RefundStillOpen) as refused:
        external(payment, kind=ResultKind.FAILED)
    with pytest.raises(ExternalRefundNotSuccessful):
        external(payment, kind=ResultKind.PENDING)

    assert refused.value.refund_id == refund.id


def a_success(amount: int = 30) -> GatewayResult:
    """A success at the gateway under an id that we do not know."""
    return a_result(ResultKind.SUCCEEDED, gateway_refund_id="gr_9", amount=amount)


def never_found() -> tuple[Payment, Refund]:
    """A refund of 30 that failed because the gateway did not find its last submission."""
    return with_result(*begun(*unanswered_on_every_submission(amount=30)), ResultKind.NOT_FOUND)


def test_success_that_may_be_of_our_refund_that_the_gateway_did_not_find_waits_until_it_was_asked_again() -> None:
    payment, refund = never_found()

    with pytest.raises(RefundStillOpen) as refused:
        check_never_found(payment, a_success())

    assert refused.value.refund_id == refund.id
    check_never_found(payment, a_success(amount=31))
    check_never_found(payment, replace(a_success(), currency="JPY"))
    assert external(payment).refund.id == "ref_adopted_gr_9"


@pytest.mark.parametrize("kind", [ResultKind.REFUSED, ResultKind.FAILED])
def test_success_beside_our_refund_that_the_gateway_itself_ended_is_external(kind: ResultKind) -> None:
    payment, _ = with_result(*refund_in(Status.PROCESSING, amount=30), kind)

    check_never_found(payment, a_success())


@pytest.mark.parametrize("amount", [None, 0, -5])
def test_success_without_a_positive_amount_is_no_news_of_any_refund(amount: int | None) -> None:
    for currency in ("EUR", "JPY", ""):
        with pytest.raises(MovedAmountMissing):
            external(a_payment(), amount=amount, currency=currency)


def test_success_without_an_amount_may_be_of_a_refund_of_ours_that_is_not_named_yet() -> None:
    payment, refund = refund_in(Status.GATEWAY_PENDING, amount=80)

    with pytest.raises(RefundStillOpen) as refused:
        external(payment, name="gr_other", amount=None)
    with pytest.raises(ContentUnreadable):
        external(payment, name="gr_other", amount=0)

    assert refused.value.refund_id == refund.id


def test_another_currency_is_not_recorded_as_external() -> None:
    with pytest.raises(CurrencyMismatch):
        external(a_payment(), currency="JPY")


def test_more_than_is_left_is_not_recorded_as_external() -> None:
    payment, _ = refund_in(Status.GATEWAY_PENDING, amount=80)

    with pytest.raises(AmountExceedsRefundable) as refused:
        external(payment)

    assert refused.value.pointer == "/data/amount"


def test_external_refunds_of_one_payment_are_bounded() -> None:
    payment = a_payment(2 * EXTERNAL_REFUNDS_MAX)
    for number in range(EXTERNAL_REFUNDS_MAX):
        payment = stored(external(payment, name=f"gr_{number}", amount=1))

    with pytest.raises(TooManyRefunds):
        external(payment, name="gr_one_more", amount=1)
    assert external(payment, name="gr_7", amount=1).replayed
