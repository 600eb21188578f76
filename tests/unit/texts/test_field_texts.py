"""Every rule of a single field has one text, which names the facts that it has."""

from string import Formatter

import pytest

from refunds.texts.fields import cell_facts, decimal_facts, request_field_facts
from refunds.texts.fields.field_fact import FieldFact
from refunds.texts.fields.field_texts import FIELD_TEXTS, rule_text

KINDS = [
    kind
    for module in (cell_facts, decimal_facts, request_field_facts)
    for kind in vars(module).values()
    if isinstance(kind, type) and kind.__base__ is FieldFact
]


def test_each_rule_of_a_field_has_one_text() -> None:
    assert set(FIELD_TEXTS) == set(KINDS)
    assert len(set(FIELD_TEXTS.values())) == len(KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_text_of_a_rule_names_its_facts_in_whole_sentences(kind: type[FieldFact]) -> None:
    named = {name for _, name, _, _ in Formatter().parse(FIELD_TEXTS[kind]) if name}

    assert named == set(kind.__struct_fields__)
    assert FIELD_TEXTS[kind].endswith(".")


def test_rule_is_shown_with_its_facts() -> None:
    fact = decimal_facts.OutsideAmounts(least="0.01", most="9.99", currency="EUR")

    assert rule_text(fact) == "Must be from 0.01 to 9.99 EUR."
