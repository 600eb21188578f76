"""Keeps the payments that the sweep skips for a while, because they cannot be claimed or read.

Either the validator refuses each write of such a payment, or the payment cannot be read after it was claimed. Each
process keeps its own list in memory. The list is bounded. If it is full, the payment whose time ends first is removed.
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
    """The payments that are skipped. They are sorted by the time until which they are skipped."""

    kept_max: int = KEPT_MAX
    _until: dict[str, datetime] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Returns the number of payments that are skipped."""
        return len(self._until)

    def release(self, now: datetime) -> None:
        """Stops skipping the payments whose time has passed, so they can be claimed again."""
        while self._until:
            first = next(iter(self._until))
            if self._until[first] > now:
                return
            del self._until[first]

    def free(self, candidates: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Returns the candidates that are not skipped."""
        return [candidate for candidate in candidates if candidate["_id"] not in self._until]

    def put(self, reasons: dict[str, str], now: datetime) -> None:
        """Skips the payments for the duration TRIED_EVERY.

        Logs at most NAMED_MAX ids with their reasons, and the number of skipped payments.
        """
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
