"""Decides whether a refund is submitted again or queried, and how long it waits for its gateway. Pure.

A submission that certainly did not reach the gateway does not count toward `gateway_attempts_max`. Such submissions are
bounded by time: `gateway_wait_max_s` after the first of them in a row, nothing more is sent and the gateway is queried,
since no refund fails only because time has passed. A submission that may have arrived is repeated only while the
gateway still recognizes the idempotency key. Called by the decisions and by `why`.
"""

from datetime import datetime, timedelta

from msgspec.structs import replace

from refunds.domain.attempt.gateway_profiles import GatewayProfile, profile_of
from refunds.domain.payment.attempt import Attempt, GatewayStep
from refunds.domain.payment.payment import Refund
from refunds.domain.payment.states import Status
from refunds.domain.settings.refund_policy import Limits

UNSENT_PAUSE_MAX_S = 30
"""Longest pause that unsent submissions impose by themselves, whatever shorter delays are set."""

_SENT_IN = frozenset({Status.PROCESSING, Status.GATEWAY_ERROR})


def next_step(
    refund: Refund, limits: Limits, profile: GatewayProfile | None = None, at: datetime | None = None
) -> GatewayStep:
    """SUBMIT or QUERY, at `at` or when the refund is due. `profile` None stands for the documented profile.

    A refund is submitted (again, under the same key) only if the gateway has not acknowledged it, still recognizes the
    key, and submissions are left; in every other case the gateway is queried.
    """
    attempt, moment = refund.attempts[-1], at or refund.due_at
    if refund.status not in _SENT_IN or attempt.was_acknowledged or moment is None:
        return GatewayStep.QUERY
    if is_exhausted(attempt, limits, moment) or is_key_too_old(refund, attempt, limits, profile, moment):
        return GatewayStep.QUERY
    return GatewayStep.SUBMIT


def sent_count(attempt: Attempt) -> int:
    """Submissions that may have reached the gateway: those that count."""
    return attempt.tries - attempt.unsent


def key_used_since(refund: Refund, attempt: Attempt) -> datetime | None:
    """When the first submission began that may have reached the gateway; None if none did.

    Attempts of earlier releases store the start of the last submission only: then it is the earliest possible moment.
    """
    if sent_count(attempt) <= 0:
        return None
    if attempt.first_sent_at is not None:
        return attempt.first_sent_at
    return attempt.at if attempt.tries <= 1 else refund.created_at


def is_key_too_old(
    refund: Refund, attempt: Attempt, limits: Limits, profile: GatewayProfile | None, at: datetime
) -> bool:
    """True if a submission that begins at `at` and lasts a lease may arrive after the key's lifetime."""
    since = key_used_since(refund, attempt)
    if since is None:
        return False
    lifetime_s = (profile or profile_of(attempt.gateway)).key_lifetime_s
    return since + timedelta(seconds=lifetime_s) <= at + timedelta(seconds=limits.gateway_lease_s)


def waits_until(attempt: Attempt, limits: Limits) -> datetime | None:
    """The moment from which nothing more is sent; None if the gateway is reachable."""
    if attempt.unsent_since is None:
        return None
    return attempt.unsent_since + timedelta(seconds=limits.gateway_wait_max_s)


def is_exhausted(attempt: Attempt, limits: Limits, at: datetime) -> bool:
    """True if nothing more may be sent at `at`: no submission or no waiting time is left."""
    until = waits_until(attempt, limits)
    return sent_count(attempt) >= limits.gateway_attempts_max or (until is not None and at >= until)


def record_unsent(attempt: Attempt, now: datetime, *, is_called: bool) -> Attempt:
    """The attempt after a submission that never reached the gateway's books.

    If the gateway was not even called, the longest wait does not begin, since the gateway may be reachable. If no
    submission reached it, the age of the key begins with the last one.
    """
    since = attempt.unsent_since or (now if is_called else None)
    unsent = min(attempt.unsent + 1, attempt.tries)
    first_sent_at = attempt.at if unsent == attempt.tries and attempt.first_sent_at else attempt.first_sent_at
    return replace(attempt, unsent=unsent, unsent_since=since, first_sent_at=first_sent_at)


def without_own_delay(attempt: Attempt, due_at: datetime, now: datetime) -> Attempt:
    """The attempt at the beginning of its work; the time for which it was overdue does not count as an outage."""
    if attempt.unsent_since is None or now <= due_at:
        return attempt
    return replace(attempt, unsent_since=attempt.unsent_since + (now - due_at))


def backoff_min_s(attempt: Attempt) -> int:
    """One second for each unsent submission, to a bound, so that short delays of a tenant do not load a gateway."""
    return min(attempt.unsent, UNSENT_PAUSE_MAX_S)
