"""Creates the texts of a refund's stored violation. Texts that an earlier release stored are used unchanged."""

from refunds.domain.eligibility import broken_rules as rules
from refunds.domain.errors import BlockedByRule
from refunds.domain.payment.payment import Violation
from refunds.texts.rule_texts import RULE_TEXTS
from refunds.texts.text import fill, parts_of


def violation_texts(violation: Violation) -> tuple[str, str]:
    """Returns what is broken and why, and what to do. Texts that an earlier release stored stay unchanged."""
    if violation.message:
        return violation.message, violation.remediation
    rule = rules.rule_of(violation)
    if rule is None:
        text = RULE_TEXTS[BlockedByRule]
        return f"{fill(text.what, violation)} {text.why}", text.action
    what, why, action = parts_of(RULE_TEXTS[type(rule)], rule)
    return f"{what} {why}", action
