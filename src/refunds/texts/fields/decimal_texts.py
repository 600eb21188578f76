"""The texts of broken rules of decimal amounts of files."""

from collections.abc import Mapping

from refunds.texts.fields import decimal_facts as facts
from refunds.texts.fields.field_fact import FieldFact

DECIMAL_TEXTS: Mapping[type[FieldFact], str] = {
    facts.TooManyDigits: "Has more decimal digits than {currency} has.",
    facts.OutsideAmounts: "Must be {least} to {most} {currency}.",
    facts.NotDigits: "Must be digits alone, as 1250.",
    facts.NotDecimals: (
        "Must be like 12.50 or 12,50; thousands may be set apart only before decimals, as in 1.234,50."
    ),
    facts.SignUnclear: (
        "Is ambiguous: its sign may set thousands apart or begin decimals. Write {large} if you mean that."
    ),
    facts.AmountUnclear: (
        "Is ambiguous: it may mean {large} or {small} {currency}. Write {large} or {large_comma} for the former; "
        "for the latter write {small_minor} in a column amount, which takes minor units."
    ),
}
