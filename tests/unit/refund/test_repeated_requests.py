"""A request of the same key gives the first answer again; another request under a used key is refused."""

import pytest
from tests.support.payments.payments import (
    LIMITS,
    NOW,
    a_payment,
    a_request,
    asked,
    shown,
    stored,
)

from refunds.domain.errors import (
    InvalidInput,
    KeyReused,
)
from refunds.domain.payment.states import Status
from refunds.domain.refund.lifecycle import (
    cancel_refund,
    request_refund,
)


def test_the_same_key_and_body_give_the_first_refund_again_and_write_nothing() -> None:
    payment, first = asked(a_payment(), 60, key="k")

    again = request_refund(payment, a_request(60, key="k"), LIMITS, NOW)

    assert again.replayed
    assert shown(again.refund) == shown(first)
    assert again.payment is payment


def test_the_same_key_with_another_body_is_refused() -> None:
    payment, _ = asked(a_payment(), 60, key="k")

    with pytest.raises(KeyReused):
        request_refund(payment, a_request(60, key="k", body="other"), LIMITS, NOW)


def test_a_repeat_is_answered_also_where_nothing_would_be_left_for_a_new_refund() -> None:
    payment, first = asked(a_payment(100), 100, key="k")

    again = request_refund(payment, a_request(100, key="k"), LIMITS, NOW)

    assert shown(again.refund) == shown(first)


def test_a_repeat_after_cancelation_is_answered_as_before_and_makes_no_refund() -> None:
    payment, refund = asked(a_payment(), 60, key="k", is_submitted=False)
    payment = stored(cancel_refund(payment, refund.id, NOW, "usr_asker"))

    again = request_refund(payment, a_request(60, key="k"), LIMITS, NOW)

    assert (again.refund.id, again.refund.status, again.replayed) == (refund.id, Status.DRAFT, True)


def test_keys_of_external_refunds_are_refused_from_callers() -> None:
    with pytest.raises(InvalidInput):
        request_refund(a_payment(), a_request(60, key="adopted:sandbox:gr_1"), LIMITS, NOW)
