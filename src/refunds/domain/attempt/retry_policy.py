"""How long a refund waits for a gateway, and whether it is sent again or asked for. Pure; asked by decisions and `why`.

A try that was never sent for certain does not count toward `gateway_attempts_max`: an outage is no attempt. What bounds
it is time, `gateway_wait_max_s` from the first of such tries in a row; after that nothing more is sent and the gateway
is asked, since no refund fails only because time has passed. What may have arrived is sent again only while the gateway
still recognizes the idempotency key.
"""

from datetime import datetime, timedelta

from refunds.domain.attempt.attempt import Attempt, Step
from refunds.domain.attempt.gateway_profiles import GatewayProfile, profile_of
from refunds.domain.payment.payment import Refund
from refunds.domain.payment.replacing import replace
from refunds.domain.refund.states import Status
from refunds.domain.settings.refund_policy import Limits

UNSENT_PAUSE_MAX_S = 30
"""Whatever shorter waits are set, a refund that is turned away again and again is sent this seldom."""

_SENT_IN = frozenset({Status.PROCESSING, Status.GATEWAY_ERROR})


def next_step(
    refund: Refund, limits: Limits, profile: GatewayProfile | None = None, at: datetime | None = None
) -> Step:
    """What is done at `at`, by default when it is due. Without a profile, the one that the gateway documents holds.

    Sent again (under the same key) only where the gateway has not acknowledged it, still recognizes the key and tries
    are left; in every other case the gateway is asked.
    """
    attempt, moment = refund.attempts[-1], at or refund.due_at
    if refund.status not in _SENT_IN or attempt.was_acknowledged or moment is None:
        return Step.ASK
    if is_exhausted(attempt, limits, moment) or is_key_too_old(refund, attempt, limits, profile, moment):
        return Step.ASK
    return Step.SUBMIT


def sent_count(attempt: Attempt) -> int:
    """Tries that may have reached the gateway: those that count."""
    return attempt.tries - attempt.unsent


def key_used_since(refund: Refund, attempt: Attempt) -> datetime | None:
    """When the first try began that may have reached the gateway; None where none did.

    Attempts stored before that was kept say only when the last try began: the earliest possible moment stands for it.
    """
    if sent_count(attempt) <= 0:
        return None
    if attempt.first_sent_at is not None:
        return attempt.first_sent_at
    return attempt.at if attempt.tries <= 1 else refund.created_at


def is_key_too_old(
    refund: Refund, attempt: Attempt, limits: Limits, profile: GatewayProfile | None, at: datetime
) -> bool:
    """True if a try that begins at `at`, and ends within a lease, may come after the gateway has forgotten the key."""
    since = key_used_since(refund, attempt)
    lifetime_s = (profile or profile_of(attempt.gateway)).key_lifetime_s
    return since is not None and at + timedelta(seconds=limits.gateway_lease_s - lifetime_s) >= since


def waits_until(attempt: Attempt, limits: Limits) -> datetime | None:
    """The moment from which nothing more is sent; None where the gateway is not waited for."""
    if attempt.unsent_since is None:
        return None
    return attempt.unsent_since + timedelta(seconds=limits.gateway_wait_max_s)


def is_exhausted(attempt: Attempt, limits: Limits, at: datetime) -> bool:
    """Whether nothing more may be sent at `at`: all tries were made, or the gateway was waited for long enough."""
    until = waits_until(attempt, limits)
    return sent_count(attempt) >= limits.gateway_attempts_max or (until is not None and at >= until)


def record_unsent(attempt: Attempt, now: datetime, *, is_called: bool) -> Attempt:
    """The attempt after a try that never reached the gateway's books.

    Where the gateway was not even called, the longest wait does not begin: it may be there for this refund. Where no
    try reached it, its key is no older than the last.
    """
    since = attempt.unsent_since or (now if is_called else None)
    unsent = min(attempt.unsent + 1, attempt.tries)
    first_sent_at = attempt.at if unsent == attempt.tries and attempt.first_sent_at else attempt.first_sent_at
    return replace(attempt, unsent=unsent, unsent_since=since, first_sent_at=first_sent_at)


def held_back(attempt: Attempt, due_at: datetime, now: datetime) -> Attempt:
    """The attempt when it is taken up: the time since it was due was our own pause, and no outage of its gateway."""
    if attempt.unsent_since is None or now <= due_at:
        return attempt
    return replace(attempt, unsent_since=attempt.unsent_since + (now - due_at))


def backoff_min_s(attempt: Attempt) -> int:
    """A second for each try that was not sent, to a bound: short waits of one tenant load no gateway for long."""
    return min(attempt.unsent, UNSENT_PAUSE_MAX_S)
