"""Contains the texts for rules that decimal amounts in files break."""

from collections.abc import Mapping

from refunds.texts.fields import decimal_facts as facts
from refunds.texts.fields.field_fact import FieldFact

DECIMAL_TEXTS: Mapping[type[FieldFact], str] = {
    facts.TooManyDigits: "Must not have more decimals than {currency} has.",
    facts.OutsideAmounts: "Must be from {least} to {most} {currency}.",
    facts.NotDigits: "Must consist of digits only, such as 1250.",
    facts.NotDecimals: (
        "Must be a number such as 12.50 or 12,50. A thousands separator is allowed only if decimals follow, as in "
        "1.234,50."
    ),
    facts.SignUnclear: (
        "Is ambiguous, because the separator may mark thousands or decimals. If it marks thousands, write the amount "
        "as {large}."
    ),
    facts.AmountUnclear: (
        "Is ambiguous, because it may mean {large} {currency} or {small} {currency}. If you mean {large}, write "
        "{large} or {large_comma}. If you mean {small}, write {small_minor} (minor units) in the column amount."
    ),
}
