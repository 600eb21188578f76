"""Checks velocity limits, which limit the amount of a payment that may be refunded in 24 hours or 7 days.

The limits are checked at the review of every refund and again at each approval. A refund counts if it reserves or has
moved money. It counts from its submission until the 24 hours or 7 days have passed. Debit cards have additional limits,
and the lower limit is in force. All functions are pure.
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
    """The facts that AmountAboveVelocityLimit and VelocityLimitUsedUp have in common."""

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
    """Limits the amount of a payment that may be refunded within any period of length `span`.

    `most` is in minor units. `parameter` is the name of the parameter that sets the limit.
    """

    span: timedelta
    most: int
    parameter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceededLimit:
    """A limit that the amount `asked` exceeds together with earlier refunds.

    `used` is the amount of the earlier refunds. Amounts are in minor units. `room_at` is the time from which `asked`
    fits, if no other refund follows. It is None if `asked` alone exceeds the limit.
    """

    limit: VelocityLimit
    used: int
    asked: int
    room_at: datetime | None

    @property
    def left(self) -> int:
        """Returns how much of the limit is left now, in minor units."""
        return max(self.limit.most - self.used, 0)


def velocity_limits(payment: Payment, limits: Limits) -> tuple[VelocityLimit, ...]:
    """Returns the limits in force for the payment. There may be a daily limit and a weekly limit."""
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
    """Returns the limit that a refund submitted at `at` exceeds. Returns None if it exceeds no limit.

    If the refund exceeds both limits, the result is the limit that blocks the refund longer.

    A refund that already counts is checked together with the refunds that were submitted before it. Each refund that
    was submitted later was itself checked together with all earlier ones. A new refund is checked together with all
    other refunds, even if the clock of another process gave them a later time.
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
    """Returns the exceeded limit, with its figures, if `amount` and the other refunds together exceed `limit`.

    Otherwise returns None. `others` has the times and amounts of the other refunds, earliest first. A refund exactly
    one `span` before `at` no longer counts.
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
    """Returns the broken rule, with the time from which the amount fits again, if there is such a time."""
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
