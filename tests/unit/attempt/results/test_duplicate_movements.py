"""A movement that was first taken for an external refund and proves to be one of ours is counted once."""

import pytest
from tests.support.copies import replace
from tests.support.payments.payments import (
    GATEWAY,
    LIMITS,
    NOW,
    a_payment,
    a_result,
    answered,
    asked,
    stored,
    with_result,
)
from tests.unit.attempt.results.conflicting_steps import ended, is_reserved, texts_of

from refunds.domain.attempt.conflicting_results import CONTRADICTIONS_MAX
from refunds.domain.attempt.external_refunds import is_known, record_external_refund
from refunds.domain.attempt.gateway_result import ResultKind, Source
from refunds.domain.errors import RefundStillOpen
from refunds.domain.payment.events import EventType
from refunds.domain.payment.payment import MERGED, Decision, Payment, Refund, Work
from refunds.domain.payment.reason_details import SameMovement, detail_of
from refunds.domain.payment.states import FINAL, Status
from refunds.domain.refund.explanation import WaitsFor
from refunds.domain.refund.status_explanation import explain

# --- one movement, two names ----------------------------------------------------------------------


def external(payment: Payment, name: str, amount: int = 60, kind: ResultKind = ResultKind.SUCCEEDED) -> Decision:
    result = a_result(kind, gateway_refund_id=name, amount=amount)
    return record_external_refund(payment, f"ref_of_{name}", result, "EUR", LIMITS, NOW, GATEWAY)


def booked_twice(status: Status = Status.GATEWAY_PENDING) -> tuple[Payment, Refund]:
    """A refund of ours, and its movement in the books a second time as made at the gateway, as by earlier versions."""
    payment, refund = ended("refused")
    payment = stored(external(payment, "gr_77"))
    attempt = replace(refund.attempts[-1], outcome="open" if status is not Status.FAILED else "refused")
    before = replace(refund, status=status, attempts=(attempt,), status_reason=None)
    if status not in FINAL:
        before = replace(before, due_at=NOW, due_for=Work.GATEWAY)
        payment = replace(payment, captured_amount=200, reserved_amount=60)
    return replace(payment, refunds=(before, payment.refunds[1])), before


@pytest.mark.parametrize("status", [Status.PROCESSING, Status.GATEWAY_PENDING, Status.GATEWAY_ERROR, Status.UNKNOWN])
@pytest.mark.parametrize("source", sorted(Source))
def test_external_refund_that_proves_to_be_ours_is_counted_once(status: Status, source: Source) -> None:
    payment, refund = booked_twice(status)

    decision = texts_of(payment, refund, ResultKind.SUCCEEDED, gateway_refund_id="gr_77", source=source)

    ours, twin = decision.payment.refunds
    assert (ours.status, ours.due_at, ours.attempts[-1].gateway_refund_id) == (Status.COMPLETED, None, "gr_77")
    assert (twin.status, twin.attempts[-1].gateway_refund_id, twin.due_at) == (Status.REVERSED, "", None)
    assert twin.status_reason is not None
    assert twin.status_reason.code == MERGED
    assert detail_of(twin.status_reason) == SameMovement(refund_id=ours.id)
    assert (decision.payment.reserved_amount, decision.payment.refunded_amount) == (0, 60)
    assert [event.type for event in decision.payment.events] == [
        EventType.REFUND_REVERSED,
        EventType.REFUND_COMPLETED,
    ]
    assert explain(stored(decision), twin, LIMITS, NOW).waits_for is WaitsFor.NOTHING


def test_ended_refund_whose_movement_was_recorded_as_external_takes_it_back_and_is_queried() -> None:
    payment, refund = booked_twice(Status.FAILED)

    payment, refund = with_result(payment, refund, ResultKind.SUCCEEDED, gateway_refund_id="gr_77")
    assert is_reserved(payment)
    payment, refund = answered(payment, refund, ResultKind.SUCCEEDED, gateway_refund_id="gr_77")

    assert (refund.status, payment.refunded_amount) == (Status.COMPLETED, 60)


@pytest.mark.parametrize("kind", [ResultKind.FAILED, ResultKind.PENDING, ResultKind.UNKNOWN])
def test_if_results_of_twin_refunds_differ_the_gateway_is_queried_at_once(kind: ResultKind) -> None:
    payment, refund = booked_twice()

    payment, refund = with_result(payment, refund, kind, gateway_refund_id="gr_77")

    assert (refund.status, refund.due_at) == (Status.UNKNOWN, NOW)
    assert is_reserved(payment)


def test_external_refund_that_was_reversed_is_queried_before_it_is_counted() -> None:
    payment, refund = booked_twice()
    payment, twin = with_result(payment, payment.refunds[1], ResultKind.FAILED)
    payment, twin = answered(payment, twin, ResultKind.FAILED)
    assert twin.status is Status.REVERSED

    payment, refund = with_result(payment, refund, ResultKind.SUCCEEDED, gateway_refund_id="gr_77")

    assert (refund.status, refund.due_at, payment.refunded_amount) == (Status.UNKNOWN, NOW, 0)


def test_second_id_of_the_same_movement_is_known_from_then_on() -> None:
    payment, refund = with_result(*asked(a_payment()), ResultKind.PENDING, gateway_refund_id="req_1")
    payment, refund = with_result(payment, refund, ResultKind.SUCCEEDED, gateway_refund_id="gr_77")

    for name in ("req_1", "gr_77"):
        decision = external(payment, name)
        assert (decision.refund.id, len(decision.payment.refunds)) == (refund.id, 1)
    assert refund.attempts[-1].gateway_refund_id == "gr_77"


def test_our_success_without_an_id_is_queried_before_an_equal_external_refund_is_recorded() -> None:
    payment, refund = with_result(*asked(a_payment(), 30), ResultKind.SUCCEEDED)

    decision = external(payment, "gr_77", 30)
    assert (is_known(decision.refund, "gr_77"), decision.refund.id, decision.refund.due_at) == (False, refund.id, NOW)

    payment, refund = answered(stored(decision), decision.refund, ResultKind.SUCCEEDED, gateway_refund_id="gr_1")
    assert refund.due_at is None
    assert external(payment, "gr_1", 30).payment.refunded_amount == 30
    assert external(payment, "gr_77", 30).payment.refunded_amount == 60


def test_gateway_that_never_names_its_refunds_does_not_keep_others_out_for_ever() -> None:
    payment, refund = with_result(*asked(a_payment(), 30), ResultKind.SUCCEEDED)

    for _ in range(CONTRADICTIONS_MAX):
        payment = stored(external(payment, "gr_77", 30))
        payment, refund = answered(payment, payment.refund(refund.id), ResultKind.SUCCEEDED)

    assert external(payment, "gr_77", 30).payment.refunded_amount == 60


@pytest.mark.parametrize("source", sorted(Source))
def test_movement_that_was_recorded_as_external_is_merged_when_a_result_of_ours_brings_its_id(source: Source) -> None:
    payment, refund = with_result(*asked(a_payment(), 30), ResultKind.SUCCEEDED)
    for _ in range(CONTRADICTIONS_MAX):
        payment = stored(external(payment, "gr_77", 30))
        payment, refund = answered(payment, payment.refund(refund.id), ResultKind.SUCCEEDED)
    payment = stored(external(payment, "gr_77", 30))

    payment = texts_of(payment, refund, ResultKind.SUCCEEDED, gateway_refund_id="gr_77", source=source).payment

    assert [refund.status for refund in payment.refunds] == [Status.COMPLETED, Status.REVERSED]
    assert (payment.refunded_amount, is_known(payment.refunds[0], "gr_77")) == (30, True)


def test_202_with_an_id_and_a_webhook_without_our_reference_are_one_refund() -> None:
    payment, refund = with_result(*asked(a_payment(), 30), ResultKind.PENDING, gateway_refund_id="gr_77")

    decision = external(payment, "gr_77", 30)

    assert (decision.refund.id, decision.payment.refunded_amount, len(decision.payment.refunds)) == (refund.id, 30, 1)


def test_202_without_an_id_keeps_a_movement_like_it_out_until_it_has_ended() -> None:
    payment, _ = with_result(*asked(a_payment(), 30), ResultKind.PENDING)

    with pytest.raises(RefundStillOpen):
        external(payment, "gr_77", 30)
