"""Velocity limits: the most that may be refunded of one payment within 24 hours and within 7 days. Pure.

Checked at the review of every refund and again at each approval. A refund counts from its submission until the period
has passed, if it reserves or has moved money. Debit cards have additional limits of their own; the lower limit is in
force.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict

from refunds.domain.eligibility.broken_rules import (
    AmountAboveVelocityLimit,
    VelocityLimitExceeded,
    VelocityLimitUsedUp,
)
from refunds.domain.payment.payment import MethodType, Payment, Refund
from refunds.domain.payment.states import RESERVATION_EFFECTS, ReservationEffect
from refunds.domain.settings.refund_policy import Limits

DAY = timedelta(hours=24)
WEEK = timedelta(days=7)


class _Facts(TypedDict):
    """The facts that AmountAboveVelocityLimit and VelocityLimitUsedUp share."""

    method: str
    span: timedelta
    most: int
    used: int
    left: int
    asked: int
    currency: str
    parameter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VelocityLimit:
    """At most `most` (minor units) of a payment may be refunded within any `span`; `parameter` sets this limit."""

    span: timedelta
    most: int
    parameter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceededLimit:
    """A limit that `asked` exceeds together with `used`, the amount of earlier refunds; all amounts in minor units.

    `room_at` is when `asked` fits if no other refund follows; None if `asked` alone exceeds the limit.
    """

    limit: VelocityLimit
    used: int
    asked: int
    room_at: datetime | None

    @property
    def left(self) -> int:
        """Returns the amount that is left now, in minor units."""
        return max(self.limit.most - self.used, 0)


def velocity_limits(payment: Payment, limits: Limits) -> tuple[VelocityLimit, ...]:
    """Returns the limits in force for the payment: none, the daily one, the weekly one, or both."""
    daily = [("refund_daily_max", limits.refund_daily_max)]
    weekly = [("refund_weekly_max", limits.refund_weekly_max)]
    if payment.payment_method.type is MethodType.DEBIT_CARD:
        daily.append(("debit_card_daily_max", limits.debit_card_daily_max))
        weekly.append(("debit_card_weekly_max", limits.debit_card_weekly_max))
    found = []
    for span, named in ((DAY, daily), (WEEK, weekly)):
        known = [(limit.of(payment.currency), name) for name, limit in named if limit is not None]
        if known:
            most, name = min(known)
            found.append(VelocityLimit(span=span, most=most, parameter=name))
    return tuple(found)


def exceeded_limit(payment: Payment, refund_id: str, amount: int, limits: Limits, at: datetime) -> ExceededLimit | None:
    """Returns the limit that a refund submitted at `at` exceeds; None if it exceeds none.

    If the refund exceeds both limits, the limit that frees the amount last is returned. A refund that already counts is
    checked with the refunds submitted before it; each refund submitted later was itself checked with all earlier ones.
    A new refund is checked with all others, even with those that the clock of another process has dated later.
    """
    in_force = velocity_limits(payment, limits)
    if not in_force:
        return None
    is_counted = any(refund.id == refund_id for refund in _counted(payment))
    others = sorted(
        (refund.counts_from, refund.amount)
        for refund in _counted(payment)
        if refund.id != refund_id and not (is_counted and refund.counts_from > at)
    )
    broken = [found for limit in in_force if (found := _exceeded(limit, others, amount, at)) is not None]
    return max(broken, key=lambda found: (found.room_at is None, found.room_at or at), default=None)


def _counted(payment: Payment) -> Iterator[Refund]:
    return (refund for refund in payment.refunds if RESERVATION_EFFECTS[refund.status] is not ReservationEffect.NOTHING)


def _exceeded(
    limit: VelocityLimit, others: list[tuple[datetime, int]], amount: int, at: datetime
) -> ExceededLimit | None:
    """Checks one limit against `others`: moments and amounts, earliest first.

    The first moment of a period is outside it.
    """
    within = [(moment, other) for moment, other in others if moment > at - limit.span]
    used = sum(other for _, other in within)
    if used + amount <= limit.most:
        return None
    room_at, left_over = None, used
    for moment, other in within:
        left_over -= other
        if left_over + amount <= limit.most:
            room_at = moment + limit.span
            break
    return ExceededLimit(limit=limit, used=used, asked=amount, room_at=room_at)


def exceeded_rule(found: ExceededLimit, payment: Payment) -> VelocityLimitExceeded:
    """Returns the broken rule, with the moment from which the amount fits again."""
    facts = _Facts(
        method=payment.payment_method.type.value,
        span=found.limit.span,
        most=found.limit.most,
        used=found.used,
        left=found.left,
        asked=found.asked,
        currency=payment.currency,
        parameter=found.limit.parameter,
    )
    if found.room_at is None:
        return AmountAboveVelocityLimit(**facts)
    return VelocityLimitUsedUp(**facts, room_at=found.room_at)
