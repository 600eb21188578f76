"""The quarantine of the sweep: payments that cannot be claimed or read are skipped for a while.

Kept in memory by each process. Such a payment cannot be written (the validator refuses it), or cannot be read once it
is claimed. Bounded: if it is full, the payment that would be released next is removed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

TRIED_EVERY = timedelta(minutes=5)
KEPT_MAX = 20_000
NAMED_MAX = 20

log = structlog.get_logger()


@dataclass(slots=True, kw_only=True)
class StuckClaims:
    """The skipped payments and until when, ordered by that time."""

    kept_max: int = KEPT_MAX
    _until: dict[str, datetime] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many payments are skipped."""
        return len(self._until)

    def release(self, now: datetime) -> None:
        """Removes the payments whose time is over, so that they are claimed again."""
        while self._until:
            first = next(iter(self._until))
            if self._until[first] > now:
                return
            del self._until[first]

    def free(self, candidates: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """The documents that are not skipped."""
        return [candidate for candidate in candidates if candidate["_id"] not in self._until]

    def put(self, reasons: dict[str, str], now: datetime) -> None:
        """Skips the payments, and logs which, why, and how many are skipped now."""
        for payment_id in reasons:
            self._until.pop(payment_id, None)
            if len(self._until) >= self.kept_max:
                del self._until[next(iter(self._until))]
            self._until[payment_id] = now + TRIED_EVERY
        for payment_id, reason in list(reasons.items())[:NAMED_MAX]:
            log.error("payment.unreadable", payment_id=str(payment_id), reason=reason)
        if reasons:
            is_full = self.count >= self.kept_max
            log.error("sweep.payments_quarantined", added=len(reasons), count=self.count, is_full=is_full)
