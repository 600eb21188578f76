"""The text of a field that breaks a rule: one or two sentences per class below `FieldFact`."""

from collections.abc import Mapping

from refunds.texts.fields.cell_texts import CELL_TEXTS
from refunds.texts.fields.decimal_texts import DECIMAL_TEXTS
from refunds.texts.fields.field_fact import FieldFact
from refunds.texts.fields.request_field_texts import REQUEST_FIELD_TEXTS
from refunds.texts.text import fill

FIELD_TEXTS: Mapping[type[FieldFact], str] = {**REQUEST_FIELD_TEXTS, **CELL_TEXTS, **DECIMAL_TEXTS}


def rule_text(fact: FieldFact) -> str:
    """Returns the rule that the field breaks, without the name of the field."""
    return fill(FIELD_TEXTS[type(fact)], fact)
