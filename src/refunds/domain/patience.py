"""How long a refund waits for a gateway that cannot be reached or takes nothing. Pure; asked by settling and waiting.

A try that was never sent for certain does not count toward `gateway_attempts_max`: an outage is no attempt. What bounds
it is time, `gateway_wait_max_s` from the first of such tries in a row; after that nothing more is sent and the gateway
is asked, since no refund fails only because time has passed.
"""

from datetime import datetime, timedelta

from refunds.domain.limits import Limits
from refunds.domain.payment import Attempt
from refunds.domain.replacing import replace

UNSENT_PAUSE_MAX_S = 30
"""Whatever shorter waits are set, a refund that is turned away again and again is sent this seldom."""


def tries_sent(attempt: Attempt) -> int:
    """Tries that may have reached the gateway: those that count."""
    return attempt.tries - attempt.unsent


def waits_until(attempt: Attempt, limits: Limits) -> datetime | None:
    """The moment from which nothing more is sent; None where the gateway is not waited for."""
    if attempt.unsent_since is None:
        return None
    return attempt.unsent_since + timedelta(seconds=limits.gateway_wait_max_s)


def is_spent(attempt: Attempt, limits: Limits, at: datetime) -> bool:
    """Whether nothing more may be sent at `at`: all tries were made, or the gateway was waited for long enough."""
    until = waits_until(attempt, limits)
    return tries_sent(attempt) >= limits.gateway_attempts_max or (until is not None and at >= until)


def not_sent(attempt: Attempt, now: datetime, *, is_called: bool) -> Attempt:
    """The attempt after a try that never reached the gateway's books.

    Where the gateway was not even called, the longest wait does not begin: it may be there for this refund.
    """
    since = attempt.unsent_since or (now if is_called else None)
    return replace(attempt, unsent=min(attempt.unsent + 1, attempt.tries), unsent_since=since)


def pause_min_s(attempt: Attempt) -> int:
    """A second for each try that was not sent, to a bound: short waits of one tenant load no gateway for long."""
    return min(attempt.unsent, UNSENT_PAUSE_MAX_S)
