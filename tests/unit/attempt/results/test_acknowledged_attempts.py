"""An attempt that its gateway acknowledged is never sent again, whatever the gateway says later."""

from itertools import product

import pytest
from tests.support.copies import replace
from tests.support.payments.payments import (
    LIMITS,
    NOW,
    a_payment,
    answered,
    asked,
    with_result,
)
from tests.unit.attempt.results.conflicting_steps import DAY_S, STRIPE, begun, is_reserved

from refunds.domain.attempt.gateway_result import ResultKind
from refunds.domain.attempt.retry_policy import next_step
from refunds.domain.payment.attempt import GatewayStep
from refunds.domain.payment.states import Status
from refunds.domain.refund.explanation import WaitsFor
from refunds.domain.refund.status_explanation import explain
from refunds.texts.explanation_texts import because_of, next_of

# --- what was acknowledged once -------------------------------------------------------------------


@pytest.mark.parametrize("way", list(product([{}, {"gateway_refund_id": "gr_9"}], [ResultKind.PENDING])))
def test_acknowledged_refund_that_is_not_found_any_more_is_asked_for_ever_more_seldom_and_never_sent(
    way: tuple[dict[str, object], ResultKind],
) -> None:
    payment, refund = with_result(*asked(a_payment()), way[1], **way[0])
    waits = []

    for _ in range(40):
        payment, refund, step = begun(payment, refund)
        assert step is GatewayStep.QUERY
        at = refund.due_at
        assert at is not None
        payment, refund = answered(payment, refund, ResultKind.NOT_FOUND, at)
        assert refund.due_at is not None
        waits.append((refund.due_at - at).total_seconds())

    assert (refund.status, refund.attempts[-1].tries) == (Status.UNKNOWN, 1)
    assert is_reserved(payment)
    assert waits == sorted(waits)
    assert waits[-1] == DAY_S


def test_acknowledged_and_missing_refund_explains_its_wait_and_what_a_person_must_do() -> None:
    payment, refund = with_result(*asked(a_payment()), ResultKind.PENDING, gateway_refund_id="gr_9")
    payment, refund = answered(payment, refund, ResultKind.NOT_FOUND)

    why = explain(payment, refund, LIMITS, NOW)

    assert why.waits_for is WaitsFor.OPERATOR
    assert "had received the refund, and gave it the id gr_9" in because_of(why)
    assert next_of(why).startswith("A person must act: ask sandbox what happened to the refund.")


@pytest.mark.parametrize("kind", sorted(ResultKind))
@pytest.mark.parametrize("acknowledging", [ResultKind.PENDING, ResultKind.UNKNOWN])
def test_whatever_comes_after_an_acknowledgement_nothing_is_sent_again(
    kind: ResultKind, acknowledging: ResultKind
) -> None:
    payment, refund = with_result(*asked(a_payment()), acknowledging, gateway_refund_id="gr_9")

    for _ in range(3):
        payment, refund = with_result(payment, refund, kind)
        if refund.due_at is not None:
            payment, refund, step = begun(payment, refund)
            assert step is GatewayStep.QUERY

    assert refund.attempts[-1].tries == 1


@pytest.mark.parametrize("known", [{"gateway_refund_id": "gr_9"}, {"outcome": "pending"}])
def test_acknowledgement_is_read_from_attempts_that_were_stored_before_it_was_kept(known: dict[str, str]) -> None:
    _, refund = with_result(*asked(a_payment()), ResultKind.UNAVAILABLE)
    old = replace(refund, attempts=(replace(refund.attempts[-1], first_sent_at=None, **known),))  # type: ignore[arg-type]

    assert next_step(old, LIMITS, STRIPE) is GatewayStep.QUERY


def test_acknowledged_refund_that_comes_back_is_settled_and_is_missing_no_more() -> None:
    payment, refund = with_result(*asked(a_payment()), ResultKind.PENDING, gateway_refund_id="gr_9")
    payment, refund = answered(payment, refund, ResultKind.NOT_FOUND)

    payment, refund = answered(payment, refund, ResultKind.SUCCEEDED, gateway_refund_id="gr_9")

    assert (refund.status, refund.attempts[-1].doubt) == (Status.COMPLETED, None)
