"""Decides whether a refund is submitted again or queried, and how long it waits for its gateway. Pure.

Submissions that certainly did not arrive do not count toward `gateway_attempts_max`. They are bounded by time instead:
once the gateway has been unreachable for `gateway_wait_max_s`, the refund is no longer submitted but queried, since no
refund fails only because time has passed. A submission that may have arrived is repeated only while the gateway still
recognizes the idempotency key. Called by the decisions and by `why`.
"""

from datetime import datetime, timedelta

from msgspec.structs import replace

from refunds.domain.attempt.gateway_profiles import GatewayProfile, profile_of
from refunds.domain.payment.attempt import Attempt, GatewayStep
from refunds.domain.payment.payment import Refund
from refunds.domain.payment.states import Status
from refunds.domain.settings.refund_policy import Limits

UNSENT_PAUSE_MAX_S = 30
"""Upper bound of the minimum pause after unsent submissions. It applies if a tenant configured shorter delays."""

_SENT_IN = frozenset({Status.PROCESSING, Status.GATEWAY_ERROR})


def next_step(
    refund: Refund, limits: Limits, profile: GatewayProfile | None = None, at: datetime | None = None
) -> GatewayStep:
    """Returns the next step, SUBMIT or QUERY, at the moment `at`; without `at`, at the moment when the refund is due.

    SUBMIT, under the same key, only if the gateway has not acknowledged the refund, still recognizes the key, and
    submissions are left. QUERY in every other case. `profile` None stands for the documented profile.
    """
    attempt, moment = refund.attempts[-1], at or refund.due_at
    if refund.status not in _SENT_IN or attempt.was_acknowledged or moment is None:
        return GatewayStep.QUERY
    if is_exhausted(attempt, limits, moment) or is_key_too_old(refund, attempt, limits, profile, moment):
        return GatewayStep.QUERY
    return GatewayStep.SUBMIT


def sent_count(attempt: Attempt) -> int:
    """Returns the number of submissions that may have reached the gateway; only these count toward the maximum."""
    return attempt.tries - attempt.unsent


def key_used_since(refund: Refund, attempt: Attempt) -> datetime | None:
    """Returns when the first submission began that may have reached the gateway; None if none did.

    Attempts of earlier releases store only the start of their last submission; the earliest possible moment is used
    then.
    """
    if sent_count(attempt) <= 0:
        return None
    if attempt.first_sent_at is not None:
        return attempt.first_sent_at
    return attempt.at if attempt.tries <= 1 else refund.created_at


def is_key_too_old(
    refund: Refund, attempt: Attempt, limits: Limits, profile: GatewayProfile | None, at: datetime
) -> bool:
    """True if a submission that begins at `at` and takes a whole lease could arrive after the key's lifetime."""
    since = key_used_since(refund, attempt)
    if since is None:
        return False
    lifetime_s = (profile or profile_of(attempt.gateway)).key_lifetime_s
    return since + timedelta(seconds=lifetime_s) <= at + timedelta(seconds=limits.gateway_lease_s)


def waits_until(attempt: Attempt, limits: Limits) -> datetime | None:
    """Returns the moment after which the refund is no longer submitted; None while the gateway is reachable."""
    if attempt.unsent_since is None:
        return None
    return attempt.unsent_since + timedelta(seconds=limits.gateway_wait_max_s)


def is_exhausted(attempt: Attempt, limits: Limits, at: datetime) -> bool:
    """True if the refund may no longer be submitted at `at`: all submissions, or all its waiting time, are used up."""
    until = waits_until(attempt, limits)
    return sent_count(attempt) >= limits.gateway_attempts_max or (until is not None and at >= until)


def record_unsent(attempt: Attempt, now: datetime, *, is_called: bool) -> Attempt:
    """Returns the attempt after a submission that certainly did not reach the gateway.

    If the gateway was not called at all, no outage begins, since the gateway may be reachable. If no submission ever
    reached the gateway, the age of the key is counted from the last submission.
    """
    since = attempt.unsent_since or (now if is_called else None)
    unsent = min(attempt.unsent + 1, attempt.tries)
    first_sent_at = attempt.at if unsent == attempt.tries and attempt.first_sent_at else attempt.first_sent_at
    return replace(attempt, unsent=unsent, unsent_since=since, first_sent_at=first_sent_at)


def without_own_delay(attempt: Attempt, due_at: datetime, now: datetime) -> Attempt:
    """Returns the attempt without the time for which this service was late: that time is no outage of the gateway."""
    if attempt.unsent_since is None or now <= due_at:
        return attempt
    return replace(attempt, unsent_since=attempt.unsent_since + (now - due_at))


def backoff_min_s(attempt: Attempt) -> int:
    """Returns the minimum pause: a second per unsent submission, up to a bound. So no tenant overloads the gateway."""
    return min(attempt.unsent, UNSENT_PAUSE_MAX_S)
