"""Keeps the payments that one reader of the feed has in quarantine, and decides when to retry them.

The relay and the publisher call this module. While a payment is in quarantine, its later changes wait too, so that no
change is applied out of order. The ids in memory are valid only in the process that leads. The leader calls `load`
after each read of the stored position. The leader quarantines payments before it moves the position.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from msgspec.structs import replace

from refunds.domain.payment.outbox import PaymentChange
from refunds.ports.clock import Clock
from refunds.ports.payments.payment_scan import PaymentScan, ScannedPage, Unreadable
from refunds.ports.projections.quarantine import QuarantineStore
from refunds.usecases.projections.changes_from_history import ChangesFromHistory, joined, rebuild_changes


@dataclass(slots=True, kw_only=True)
class Quarantine:
    """The quarantine of one reader. Waiting payments are retried every `retry_every`.

    One step retries at most `retried_payments_max` payments.
    """

    quarantine_store: QuarantineStore
    scan: PaymentScan
    clock: Clock
    retried_payments_max: int
    retry_every: timedelta
    _ids: set[str] = field(default_factory=set)
    _untried: list[str] = field(default_factory=list)
    _retried_at: datetime | None = None

    @property
    def count(self) -> int:
        """Returns the number of payments in quarantine."""
        return len(self._ids)

    async def load(self) -> None:
        """Reads the ids of the waiting payments. Raises StoreUnavailable."""
        present = set(await self.quarantine_store.ids())
        if self._ids and not present:
            self.retry_soon()  # the step that counts none
        self._ids = present
        self._untried = [payment_id for payment_id in self._untried if payment_id in self._ids]

    def retry_soon(self) -> None:
        """Makes all waiting payments due for a retry at the next step."""
        self._retried_at = None

    def is_retry_due(self) -> bool:
        """Returns True if waiting payments must be retried or counted again at this step."""
        if self._untried or self._retried_at is None:
            return True
        return bool(self._ids) and self.clock.now() - self._retried_at >= self.retry_every

    def parted(self, changes: Sequence[PaymentChange]) -> tuple[Sequence[PaymentChange], Sequence[PaymentChange]]:
        """Returns the changes of payments that do not wait, and the changes of payments that wait.

        Both lists keep the order of `changes`.
        """
        if not self._ids:
            return changes, ()
        free = [change for change in changes if change.payment_id not in self._ids]
        return free, [change for change in changes if change.payment_id in self._ids]

    def without(self, payment_ids: Sequence[str]) -> Sequence[str]:
        """Returns the ids of those payments that do not wait in quarantine."""
        return [payment_id for payment_id in payment_ids if payment_id not in self._ids]

    def passing(self, page: ScannedPage) -> ScannedPage:
        """Returns the page without the payments that wait in quarantine.

        The waiting payments and their changes are retried right after the scan.
        """
        if not self._ids:
            return page
        stored = [payment for payment in page.stored if payment.id not in self._ids]
        return replace(page, stored=stored, unreadable=[u for u in page.unreadable if u.payment_id not in self._ids])

    async def put(self, payments: Sequence[Unreadable], streamed: Sequence[PaymentChange]) -> None:
        """Quarantines payments with their streamed changes. Raises QuarantineFull or OutcomeUnknown."""
        added = {payment.payment_id for payment in payments}
        waiting = [change for change in streamed if change.payment_id in added or change.payment_id in self._ids]
        if payments or waiting:
            now = self.clock.now()
            await self.quarantine_store.put(payments, waiting, now)
            if not self._ids and self._retried_at is not None:
                self._retried_at = now
            self._ids |= added

    async def next_tried(self) -> tuple[Sequence[str], ChangesFromHistory]:
        """Returns the ids of the payments to retry now, and what could be rebuilt from their histories.

        The second result has all changes of the readable payments, and names the unreadable payments.
        """
        if not self._untried:
            self._retried_at = self.clock.now()
            self._untried = sorted(self._ids, reverse=True)
        tried = self._untried[-self.retried_payments_max :]
        waiting, broken = await self.quarantine_store.waiting(tried)
        rebuilt = rebuild_changes(await self.scan.page_of(tried))
        unreadable = [*rebuilt.unreadable, *broken]
        lost = {payment.payment_id for payment in unreadable}
        streamed = [change for payment_id in tried if payment_id not in lost for change in waiting.get(payment_id, ())]
        remade = [change for change in rebuilt.changes if change.payment_id not in lost]
        return tried, ChangesFromHistory(changes=joined(streamed, remade), unreadable=unreadable)

    async def tried(self, payment_ids: Sequence[str], still: Sequence[Unreadable]) -> None:
        """Removes the retried payments from quarantine, except the payments in `still`. Raises OutcomeUnknown."""
        left = {payment.payment_id for payment in still}
        applied = [payment_id for payment_id in payment_ids if payment_id not in left]
        if applied:
            await self.quarantine_store.drop(sorted(applied))
        self._ids -= set(applied)
        self._untried = self._untried[: -len(payment_ids)] if payment_ids else []
