"""Contains the texts about fields that break a rule. Each subclass of `FieldFact` has one or two sentences."""

from collections.abc import Mapping

from refunds.texts.fields.cell_texts import CELL_TEXTS
from refunds.texts.fields.decimal_texts import DECIMAL_TEXTS
from refunds.texts.fields.field_fact import FieldFact
from refunds.texts.fields.request_field_texts import REQUEST_FIELD_TEXTS
from refunds.texts.text import fill

FIELD_TEXTS: Mapping[type[FieldFact], str] = {**REQUEST_FIELD_TEXTS, **CELL_TEXTS, **DECIMAL_TEXTS}


def rule_text(fact: FieldFact) -> str:
    """Returns the text of the rule that a field breaks. The text does not name the field."""
    return fill(FIELD_TEXTS[type(fact)], fact)
