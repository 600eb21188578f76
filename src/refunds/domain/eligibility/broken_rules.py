"""Defines the rules that can block a refund, with one class per rule and its facts.

A broken rule is raised, or stored with the refund as a violation. A violation consists of the rule's code and facts,
and `rule_of` converts it back to the rule. The texts are in `refunds.texts`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, ClassVar

from refunds.domain.errors import BlockedByRule
from refunds.domain.payment.payment import Violation
from refunds.domain.payment.status_reason import PlainFact

_OF_EVERY_ERROR = frozenset({"pointer", "also"})


@dataclass(kw_only=True, eq=False)
class RefundWindowPassed(BlockedByRule):
    """The payment was captured too long ago to be refunded."""

    code: ClassVar[str] = "refund_window_passed"
    category: ClassVar[str] = "timeframe"
    days: int
    pointer: str = "/payment_id"


@dataclass(kw_only=True, eq=False)
class RefundAmountAboveMaximum(BlockedByRule):
    """The amount of the refund exceeds the maximum in force. Amounts are in minor units."""

    code: ClassVar[str] = "refund_amount_above_maximum"
    category: ClassVar[str] = "amount"
    asked: int
    most: int
    currency: str
    pointer: str = "/amount"


@dataclass(kw_only=True, eq=False)
class VelocityLimitExceeded(BlockedByRule):
    """Refunds of the payment within `span` would exceed the limit that `parameter` sets. Amounts are in minor units.

    The public code has an older name, in which "period" means the `span` of a velocity limit.
    """

    code: ClassVar[str] = "period_limit_exceeded"
    category: ClassVar[str] = "frequency"
    method: str
    span: timedelta
    most: int
    used: int
    left: int
    asked: int
    currency: str
    parameter: str
    pointer: str = "/amount"


@dataclass(kw_only=True, eq=False)
class AmountAboveVelocityLimit(VelocityLimitExceeded):
    """The amount of the refund alone exceeds the velocity limit, so waiting does not help."""


@dataclass(kw_only=True, eq=False)
class VelocityLimitUsedUp(VelocityLimitExceeded):
    """Earlier refunds leave too little of the velocity limit. The amount fits again at `room_at`."""

    room_at: datetime


@dataclass(kw_only=True, eq=False)
class RefundMethodNotAllowed(BlockedByRule):
    """The tenant does not allow refunds by this method."""

    code: ClassVar[str] = "refund_method_not_allowed"
    category: ClassVar[str] = "method"
    method: str
    allowed: tuple[str, ...]
    pointer: str = "/method"


@dataclass(kw_only=True, eq=False)
class RefundMethodNotConnected(BlockedByRule):
    """No connected gateway pays out by this method."""

    code: ClassVar[str] = "refund_method_not_connected"
    category: ClassVar[str] = "method"
    method: str
    connected: tuple[str, ...]
    pointer: str = "/method"


@dataclass(kw_only=True, eq=False)
class PartialRefundNotSupported(BlockedByRule):
    """The payment method supports full refunds only."""

    code: ClassVar[str] = "partial_refund_not_supported"
    category: ClassVar[str] = "method"
    method: str
    pointer: str = "/amount"


@dataclass(kw_only=True, eq=False)
class RefundBlockedByDispute(BlockedByRule):
    """A dispute or a lost chargeback blocks the refund."""

    category: ClassVar[str] = "network"
    pointer: str = "/payment_id"


@dataclass(kw_only=True, eq=False)
class ChargebackLost(RefundBlockedByDispute):
    """The payer's bank decided a dispute for the payer and took the money back."""

    code: ClassVar[str] = "chargeback_lost"


@dataclass(kw_only=True, eq=False)
class DisputeOpen(RefundBlockedByDispute):
    """A dispute on the payment is open."""

    code: ClassVar[str] = "dispute_open"


BROKEN_RULES: tuple[type[BlockedByRule], ...] = (
    RefundWindowPassed,
    RefundAmountAboveMaximum,
    AmountAboveVelocityLimit,
    VelocityLimitUsedUp,
    RefundMethodNotAllowed,
    RefundMethodNotConnected,
    PartialRefundNotSupported,
    ChargebackLost,
    DisputeOpen,
)


def violation_of(rule: BlockedByRule) -> Violation:
    """Returns the broken rule as a violation, which can be stored with the refund."""
    facts = {name: _plain(getattr(rule, name)) for name, _ in _fields_of(type(rule))}
    return Violation(code=rule.code, category=rule.category, pointer=rule.pointer, facts=facts)


def rule_of(violation: Violation) -> BlockedByRule | None:
    """Returns the rule that a stored violation describes.

    Returns None if this release does not know the rule, or if an earlier release stored texts instead of facts.
    """
    facts = violation.facts
    for kind in BROKEN_RULES if facts is not None else ():
        types = dict(_fields_of(kind))
        if facts is not None and kind.code == violation.code and types.keys() == facts.keys():
            return _read(kind, types, facts, violation.pointer)
    return None


def _read(
    kind: type[BlockedByRule], types: Mapping[str, object], facts: Mapping[str, PlainFact], pointer: str
) -> BlockedByRule | None:
    read: dict[str, Any] = {}
    for name, value in facts.items():
        if types[name] is datetime and isinstance(value, str):
            read[name] = datetime.fromisoformat(value)
        elif types[name] is timedelta and isinstance(value, int):
            read[name] = timedelta(seconds=value)
        else:
            read[name] = value
    return kind(pointer=pointer, **read)


def _fields_of(kind: type[BlockedByRule]) -> Iterator[tuple[str, object]]:
    return ((field.name, field.type) for field in fields(kind) if field.name not in _OF_EVERY_ERROR)


def _plain(value: object) -> PlainFact:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return int(value.total_seconds())
    if isinstance(value, tuple):
        return tuple(str(member) for member in value)
    return value if isinstance(value, int) else str(value)
