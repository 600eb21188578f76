"""A status reason is kept as code, detail and facts, and said in words wherever it is shown."""

from dataclasses import fields

import pytest
from tests.support.payments.payments import LIMITS, NOW, a_payment, a_request

from refunds.domain.payment.reason_details import DETAILS, NoneAccepted, ReasonDetail, detail_of, reason_with
from refunds.domain.payment.status_reason import AWAITS_APPROVAL, StatusReason
from refunds.domain.refund.lifecycle import ON_REQUEST, request_refund
from refunds.domain.verification import earlier_texts
from refunds.texts.reason_texts import DETAIL_TEXTS, detail_text, reason_text
from refunds.texts.text import FORMATS, fields_of

REFUND = request_refund(a_payment(), a_request(10), LIMITS, NOW).refund
VALUES = {int: 3, str: "moonphase"}


def a_detail(kind: type[ReasonDetail]) -> ReasonDetail:
    """A detail of this class with some value in each of its fields."""
    return kind(**{field.name: VALUES[field.type] for field in fields(kind)})


def test_every_detail_has_one_text_and_a_stored_name_of_its_own() -> None:
    assert set(DETAIL_TEXTS) == set(DETAILS)
    assert {kind.__name__ for kind in ReasonDetail.__subclasses__()} == {kind.__name__ for kind in DETAILS}
    assert len({kind.name for kind in DETAILS}) == len(DETAILS)


@pytest.mark.parametrize("kind", DETAILS, ids=lambda kind: kind.name)
def test_detail_is_read_back_from_the_reason_and_names_what_why_and_what_to_do(kind: type[ReasonDetail]) -> None:
    reason = reason_with("some_code", a_detail(kind))
    text = DETAIL_TEXTS[kind]

    assert detail_of(reason) == a_detail(kind)
    assert all(part.endswith(".") for part in (text.what, text.why, text.action))
    assert set(dict(fields_of(text))) <= {field.name for field in fields(kind)}
    assert set(dict(fields_of(text)).values()) <= FORMATS
    assert reason_text(REFUND, reason) == detail_text(a_detail(kind)) != ""


def test_text_of_a_person_or_of_an_earlier_release_is_shown_as_it_is() -> None:
    assert reason_text(REFUND, StatusReason(code="rejected", text="No.")) == "No."


@pytest.mark.parametrize("reason", [AWAITS_APPROVAL, ON_REQUEST])
def test_code_that_needs_no_facts_has_its_text(reason: StatusReason) -> None:
    assert reason_text(REFUND, reason) != ""


def test_reason_with_a_gateways_code_alone_and_one_of_a_later_release_have_no_text() -> None:
    assert reason_text(REFUND, StatusReason(code="declined")) == ""
    assert detail_of(StatusReason(code="declined", detail="eclipse", facts={"hours": 2})) is None
    assert detail_of(StatusReason(code="declined", detail=NoneAccepted.name)) is None


def test_texts_of_earlier_releases_are_known_to_verification() -> None:
    assert "The gateway took none of 5 tries." in earlier_texts.never_seen(5, 0)
    unsent = "The gateway never saw any of 5 tries; 2 of them could not be sent, or were turned away for later."
    assert unsent in earlier_texts.never_seen(5, 2)
    known = "The gateway ended the refund with the code x, which is not known here; ask the gateway why before it is "
    assert earlier_texts.unknown_code("x") == f"{known}refunded again."
    assert earlier_texts.is_of_any_code(earlier_texts.unknown_code("x"))
    assert not earlier_texts.is_of_any_code(earlier_texts.unknown_code(""))
