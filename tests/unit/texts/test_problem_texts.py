"""Every error has a text: it says what happened, why and what to do, and names no fact that the error lacks."""

from dataclasses import fields

import pytest

from refunds.domain import errors, invalid_input
from refunds.domain.eligibility import broken_rules
from refunds.domain.errors import RefundsError
from refunds.domain.settings import value_errors
from refunds.ports.gateway.unread_webhooks import UnreadWebhooksFull
from refunds.ports.projections.quarantine import QuarantineFull
from refunds.texts.problem_texts import PROBLEM_TEXTS, message_of, text_of
from refunds.texts.text import AMOUNT, FORMATS, Text, fields_of

GROUPS = {errors.RefundsError, errors.Refused, errors.Conflict, errors.InvalidInput, errors.ContentUnreadable}
GROUPS |= {errors.ValueOutOfRange, broken_rules.VelocityLimitExceeded, broken_rules.RefundBlockedByDispute}
"""Only classes below them are raised."""

RULE_MODULES = (invalid_input.__name__, value_errors.__name__, broken_rules.__name__)


def below(of: type[RefundsError]) -> set[type[RefundsError]]:
    """The class and all that are derived from it."""
    return {of}.union(*map(below, of.__subclasses__())) if of.__subclasses__() else {of}


OF_THE_PRODUCT = {kind for kind in below(RefundsError) if kind.__module__.startswith("refunds.")}
RAISED = sorted(OF_THE_PRODUCT - GROUPS, key=lambda kind: kind.__name__)


def text_for(kind: type[RefundsError]) -> Text:
    """The text that an error of this class is answered with."""
    found = text_of(kind.__new__(kind))
    assert found is not None, kind
    return found


@pytest.mark.parametrize("kind", RAISED, ids=lambda kind: kind.__name__)
def test_text_of_an_error_names_what_happened_why_and_what_to_do(kind: type[RefundsError]) -> None:
    parts = (text_for(kind).what, text_for(kind).why, text_for(kind).action)

    assert all(part and part.endswith(".") for part in parts), parts


@pytest.mark.parametrize("kind", RAISED, ids=lambda kind: kind.__name__)
def test_text_of_an_error_names_only_facts_that_the_error_has(kind: type[RefundsError]) -> None:
    known = {field.name for field in fields(kind)} | {"code"}
    named = dict(fields_of(text_for(kind)))

    assert set(named) <= known
    assert set(named.values()) <= FORMATS
    assert AMOUNT not in named.values() or "currency" in known


def test_each_text_stands_once_and_belongs_to_an_error_that_is_raised() -> None:
    whats = [text.what for text in PROBLEM_TEXTS.values()]
    modules = {kind.__module__ for kind in PROBLEM_TEXTS} - {
        errors.__name__,
        invalid_input.__name__,
        value_errors.__name__,
        broken_rules.__name__,
    }

    assert set(PROBLEM_TEXTS) <= set(RAISED)
    assert modules == {UnreadWebhooksFull.__module__, QuarantineFull.__module__}
    assert len(set(PROBLEM_TEXTS.values())) == len(whats)


def test_classes_of_one_rule_each_have_a_text_of_their_own() -> None:
    rules = {kind for kind in RAISED if kind.__module__ in RULE_MODULES}

    assert rules <= set(PROBLEM_TEXTS)


def test_a_message_is_the_text_with_the_errors_facts() -> None:
    error = errors.AmountExceedsRefundable(asked=105_000, refundable=40, currency="EUR")

    assert message_of(error) == (
        "The refund was requested for 1,050.00 EUR, but only 0.40 EUR is left to refund. The rest of the captured "
        "amount belongs to refunds that are paid or under way. Request at most the amount that is left, or cancel "
        "another refund of the payment."
    )


def test_an_error_in_a_log_is_its_class_with_its_facts() -> None:
    error = errors.RefundStillOpen(refund_id="ref_1")

    assert str(error) == "RefundStillOpen refund_id=ref_1"
