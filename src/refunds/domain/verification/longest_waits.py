"""Computes how far ahead the next work of a refund may be due.

The longest wait follows from all values that the refund's tenants ever had for the parameters. A later `due_at` comes
from an edit of the database or from a defect. Then the refund would wait, and reserve its amount, for too long. The
module does no I/O.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from refunds.domain.attempt.retry_plan import (
    DOUBTFUL_QUERY_WAIT_MAX_S,
    QUERY_WAIT_FACTOR_MAX,
    RATE_LIMIT_SPREAD,
    RETRY_AFTER_MAX_S,
)
from refunds.domain.attempt.retry_policy import UNSENT_PAUSE_MAX_S
from refunds.domain.payment.states import Status
from refunds.domain.settings.parameters import DEFINITIONS, ParameterValue
from refunds.domain.settings.unreadable_settings import UnreadableValue
from refunds.domain.verification.payment_snapshot import StoredRefund


@dataclass(frozen=True, slots=True, kw_only=True)
class LongestWaits:
    """The longest waits in seconds that the parameters of a tenant and its ancestors allow."""

    lease_s: int
    asks_pending_s: int
    asks_unknown_s: int
    retries_s: int
    rate_limit_s: int

    def of(self, refund: StoredRefund) -> timedelta:
        """Returns how long after the time of the check this refund may be due."""
        asks_s = QUERY_WAIT_FACTOR_MAX * self.asks_unknown_s
        is_doubted = any(attempt.doubt is not None for attempt in refund.attempts)
        if is_doubted:
            asks_s = max(asks_s, DOUBTFUL_QUERY_WAIT_MAX_S)
        waits = {
            Status.GATEWAY_PENDING: QUERY_WAIT_FACTOR_MAX * self.asks_pending_s,
            Status.UNKNOWN: asks_s,
            Status.GATEWAY_ERROR: max(asks_s, self._retry_waits_s()),
            Status.SUBMITTED: 0,
            Status.PROCESSING: 0,
        }
        longest_s = waits.get(Status(refund.state.status), asks_s) if refund.state.status in set(Status) else asks_s
        return timedelta(seconds=max(longest_s, self.lease_s))

    def _retry_waits_s(self) -> int:
        limited_s = int((1 + RATE_LIMIT_SPREAD) * max(self.rate_limit_s, RETRY_AFTER_MAX_S))
        return max(self.retries_s, limited_s, UNSENT_PAUSE_MAX_S)


def longest_waits(
    values: Iterable[ParameterValue], path: Sequence[str], unreadable: Sequence[UnreadableValue] = ()
) -> LongestWaits:
    """Returns the longest waits of a payment that belongs to the tenants in `path`.

    Each wait is the largest of the default and all values ever set. If a value cannot be read, the maximum of its
    parameter is used.
    """
    on_path = [value for value in values if value.tenant_id in path]

    def largest(name: str) -> int:
        if any(value.may_rule(name, path) for value in unreadable):
            return DEFINITIONS[name].maximum
        found = [DEFINITIONS[name].default, *(value.value for value in on_path if value.name == name)]
        numbers = [n for each in found for n in (each if isinstance(each, list | tuple) else (each,))]
        return max(int(n) for n in numbers if isinstance(n, int | float))

    return LongestWaits(
        lease_s=largest("gateway_lease_s"),
        asks_pending_s=largest("gateway_pending_ask_delay_s"),
        asks_unknown_s=largest("gateway_status_ask_delay_s"),
        retries_s=largest("gateway_retry_delays_s"),
        rate_limit_s=largest("gateway_rate_limit_delay_s"),
    )
