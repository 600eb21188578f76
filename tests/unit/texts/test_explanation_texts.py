"""Every fact of an explanation has one text, which names only what the fact has."""

from dataclasses import fields

import pytest

from refunds.domain.refund import explanation_facts
from refunds.domain.refund.explanation_facts import Fact, GatewayFact
from refunds.texts.explanation_texts import EXPLANATION_TEXTS
from refunds.texts.text import AMOUNT, FORMATS, Text, fields_of

FACTS = {
    kind
    for kind in vars(explanation_facts).values()
    if isinstance(kind, type) and issubclass(kind, Fact) and kind not in (Fact, GatewayFact)
}


def test_every_fact_has_one_text_and_every_text_a_fact() -> None:
    assert set(EXPLANATION_TEXTS) == FACTS
    assert len(set(EXPLANATION_TEXTS.values())) == len(EXPLANATION_TEXTS)


@pytest.mark.parametrize("kind", sorted(FACTS, key=lambda kind: kind.__name__), ids=lambda kind: kind.__name__)
def test_text_of_a_fact_is_a_sentence_that_names_only_what_the_fact_has(kind: type[Fact]) -> None:
    known = {field.name for field in fields(kind)}
    named = dict(fields_of(Text(EXPLANATION_TEXTS[kind])))

    assert EXPLANATION_TEXTS[kind].endswith((".", ")"))
    assert set(named) <= known
    assert set(named.values()) <= FORMATS
    assert AMOUNT not in named.values() or "currency" in known
