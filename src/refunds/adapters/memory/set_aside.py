"""The quarantine of a reader of the feed in memory: the double of `ports.set_aside` for tests."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from refunds.domain.changes import PaymentChange
from refunds.ports.payment_walk import Unreadable
from refunds.ports.set_aside import SetAsideFull

KEPT_MAX = 10_000


class MemorySetAside:
    """See the port."""

    def __init__(self, kept_max: int = KEPT_MAX) -> None:
        self._kept_max = kept_max
        self._waiting: dict[str, dict[int, PaymentChange]] = {}
        self.tried_at: dict[str, datetime] = {}

    async def put(self, payments: Sequence[Unreadable], waiting: Sequence[PaymentChange], now: datetime) -> None:
        """See the port."""
        kept = {payment_id: dict(changes) for payment_id, changes in self._waiting.items()}
        for payment in payments:
            kept.setdefault(payment.payment_id, {})
        for change in waiting:
            kept.setdefault(change.payment_id, {})[change.version] = change
        if sum(1 + len(changes) for changes in kept.values()) > self._kept_max:
            raise SetAsideFull
        self._waiting = kept
        self.tried_at |= {payment.payment_id: now for payment in payments}

    async def ids(self) -> Collection[str]:
        """See the port."""
        return set(self._waiting)

    async def waiting(
        self, payment_ids: Sequence[str]
    ) -> tuple[Mapping[str, Sequence[PaymentChange]], Sequence[Unreadable]]:
        """See the port."""
        found = {payment_id: self._waiting.get(payment_id, {}) for payment_id in payment_ids}
        return {payment_id: [changes[v] for v in sorted(changes)] for payment_id, changes in found.items()}, ()

    async def drop(self, payment_ids: Sequence[str]) -> None:
        """See the port."""
        for payment_id in payment_ids:
            self._waiting.pop(payment_id, None)
