"""Decides whether a refund is submitted again or queried, and how long it waits for its gateway.

Submissions that certainly did not arrive do not count toward `gateway_attempts_max`. A time limit bounds them instead.
If the gateway has been unreachable for `gateway_wait_max_s`, the refund is no longer submitted but queried. No refund
fails only because time has passed. A submission that may have arrived is repeated only while the gateway still
recognizes the idempotency key. The decisions and `why` call this module. All functions are pure.
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
    """Returns SUBMIT or QUERY as the next step at the time `at`. By default, `at` is when the refund is due.

    The step is SUBMIT if the gateway has not acknowledged the refund and still recognizes the idempotency key, and if
    submissions are left. In all other cases, the step is QUERY. If `profile` is None, the documented profile is used.
    """
    attempt, moment = refund.attempts[-1], at or refund.due_at
    if refund.status not in _SENT_IN or attempt.was_acknowledged or moment is None:
        return GatewayStep.QUERY
    if is_exhausted(attempt, limits, moment) or is_key_too_old(refund, attempt, limits, profile, moment):
        return GatewayStep.QUERY
    return GatewayStep.SUBMIT


def sent_count(attempt: Attempt) -> int:
    """Returns the number of submissions that may have reached the gateway. Only these count toward the maximum."""
    return attempt.tries - attempt.unsent


def key_used_since(refund: Refund, attempt: Attempt) -> datetime | None:
    """Returns when the first submission that may have reached the gateway began.

    Returns None if no submission may have reached the gateway. Attempts of earlier releases store only the start of
    their last submission. For these attempts, the earliest possible time is returned.
    """
    if sent_count(attempt) <= 0:
        return None
    if attempt.first_sent_at is not None:
        return attempt.first_sent_at
    return attempt.at if attempt.tries <= 1 else refund.created_at


def is_key_too_old(
    refund: Refund, attempt: Attempt, limits: Limits, profile: GatewayProfile | None, at: datetime
) -> bool:
    """True if a submission that begins at `at` could arrive after the end of the key's lifetime.

    It is assumed that the submission takes a whole lease.
    """
    since = key_used_since(refund, attempt)
    if since is None:
        return False
    lifetime_s = (profile or profile_of(attempt.gateway)).key_lifetime_s
    return since + timedelta(seconds=lifetime_s) <= at + timedelta(seconds=limits.gateway_lease_s)


def waits_until(attempt: Attempt, limits: Limits) -> datetime | None:
    """Returns the time after which the refund is no longer submitted. Returns None while the gateway is reachable."""
    if attempt.unsent_since is None:
        return None
    return attempt.unsent_since + timedelta(seconds=limits.gateway_wait_max_s)


def is_exhausted(attempt: Attempt, limits: Limits, at: datetime) -> bool:
    """True if all submissions, or all the time to wait for the gateway, have been used at `at`.

    Then the refund may no longer be submitted.
    """
    until = waits_until(attempt, limits)
    return sent_count(attempt) >= limits.gateway_attempts_max or (until is not None and at >= until)


def record_unsent(attempt: Attempt, now: datetime, *, is_called: bool) -> Attempt:
    """Returns the attempt after a submission that certainly did not reach the gateway.

    If the gateway was not called, no outage begins, because the gateway may be reachable. If no submission ever reached
    the gateway, the age of the key is counted from the last submission.
    """
    since = attempt.unsent_since or (now if is_called else None)
    unsent = min(attempt.unsent + 1, attempt.tries)
    first_sent_at = attempt.at if unsent == attempt.tries and attempt.first_sent_at else attempt.first_sent_at
    return replace(attempt, unsent=unsent, unsent_since=since, first_sent_at=first_sent_at)


def without_own_delay(attempt: Attempt, due_at: datetime, now: datetime) -> Attempt:
    """Returns the attempt after the delay of this service was subtracted from the gateway's outage.

    From `due_at` to `now` this service was late, so that time does not count as an outage of the gateway.
    """
    if attempt.unsent_since is None or now <= due_at:
        return attempt
    return replace(attempt, unsent_since=attempt.unsent_since + (now - due_at))


def backoff_min_s(attempt: Attempt) -> int:
    """Returns the minimum pause in seconds, which is one second per unsent submission.

    The pause is at most UNSENT_PAUSE_MAX_S. It keeps a tenant with short delays from overloading the gateway.
    """
    return min(attempt.unsent, UNSENT_PAUSE_MAX_S)
