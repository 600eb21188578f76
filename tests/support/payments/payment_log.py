"""Payments as a log of their changes, written by tests: a change stream and a walk over it.

Called by tests of whoever reads the feed. A moment is the number of changes that were written before it.
"""

from collections.abc import Iterable, Sequence

from refunds.domain.payment.outbox import PaymentChange
from refunds.domain.verification.payment_snapshot import StoredPayment
from refunds.ports.payments.payment_scan import ScannedPage
from refunds.ports.projections.feed import FeedBatch, HistoryLost
from refunds.ports.projections.read_models import Position


class PaymentLog:
    """What was written, and each payment as it stands now."""

    def __init__(self) -> None:
        self.changes: list[PaymentChange] = []
        self.payments: dict[str, StoredPayment] = {}
        self.forgotten = 0

    def write(self, stored: StoredPayment, change: PaymentChange) -> None:
        """One version of a payment, with its events."""
        self.payments[stored.id] = stored
        self.changes.append(change)

    def forget(self) -> None:
        """The log no longer reaches back to anything that was written so far."""
        self.forgotten = len(self.changes)

    def moment(self) -> int:
        """The present moment."""
        return len(self.changes)


class LogFeed:
    """See `ports.projections.feed`."""

    def __init__(self, log: PaymentLog, changes_max: int = 500) -> None:
        self._log = log
        self._changes_max = changes_max

    async def take(self, after: Position) -> FeedBatch:
        """See the port. Never waits."""
        place = int(after.token) if after.token else after.start_at
        if place < self._log.forgotten:
            raise HistoryLost
        changes = self._log.changes[place : place + self._changes_max]
        place += len(changes)
        return FeedBatch(changes=changes, token=str(place), read_to=place)


class LogWalk:
    """See `ports.payments.payment_scan`."""

    def __init__(self, log: PaymentLog) -> None:
        self._log = log

    async def page(self, payment_id: str, payments_max: int, not_before: int = 0) -> ScannedPage:
        """See the port."""
        if not_before > self._log.moment():
            raise ValueError("that moment has yet to come")
        following = sorted(found for found in self._log.payments if found > payment_id)[:payments_max]
        stored = [self._log.payments[found] for found in following]
        return ScannedPage(stored=stored, scanned_to=following[-1] if following else "")

    async def page_of(self, payment_ids: Sequence[str]) -> ScannedPage:
        """See the port."""
        return ScannedPage(stored=self._known(payment_ids))

    async def after(self, payment_id: str, payments_max: int) -> Sequence[StoredPayment]:
        """See the port."""
        return (await self.page(payment_id, payments_max)).stored

    async def by_ids(self, payment_ids: Sequence[str]) -> Sequence[StoredPayment]:
        """See the port."""
        return self._known(payment_ids)

    async def by_gateway_ids(self, gateway: str, gateway_payment_ids: Sequence[str]) -> Sequence[StoredPayment]:
        """See the port."""
        wanted = {(gateway, each) for each in gateway_payment_ids}
        return [found for found in self._log.payments.values() if (found.gateway, found.gateway_payment_id) in wanted]

    def _known(self, payment_ids: Iterable[str]) -> list[StoredPayment]:
        return [self._log.payments[each] for each in payment_ids if each in self._log.payments]
