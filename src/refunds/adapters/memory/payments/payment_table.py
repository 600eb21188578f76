"""The collection of payments in the simulated database. It has indexes, unique keys and a validator."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush

from msgspec import Struct

from refunds.adapters.memory.documents import Table
from refunds.domain import ids
from refunds.domain.payment.events import Event
from refunds.domain.payment.outbox import PaymentChange
from refunds.domain.payment.payment import Payment, Work
from refunds.domain.verification.payment_snapshot import StoredPayment

Histories = Mapping[str, tuple[Event, ...]]


class PaymentDocument(Struct, frozen=True, kw_only=True):
    """A payment as the simulated database stores it.

    `histories` has the events of each refund, by the refund's id. `change` is the payment's latest change for readers
    of the feed. The sweep reads `due_at`. A claim sets `due_at` to the end of its lease.
    """

    payment: Payment
    histories: Histories
    last_write: str | None
    change: PaymentChange | None
    due_at: datetime | None = None
    due_for: Work | None = None
    lease: str = ""


@dataclass(slots=True)
class Index:
    """The indexes of the payments. Each index maps a key to the ids of payments.

    One `Index` covers the primary's documents. Another one covers the documents that a majority has stored.
    """

    by_refund_key: dict[tuple[str, str], str] = field(default_factory=dict)
    by_key: dict[tuple[str, str], str] = field(default_factory=dict)
    by_capture: dict[tuple[str, str], str] = field(default_factory=dict)
    by_route: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def replace(self, before: Payment | None, after: Payment | None) -> None:
        """Updates the indexes after one write."""
        old = () if before is None else before.refunds
        new = () if after is None else after.refunds
        if before is not None and after is not None and len(old) == len(new):
            return
        present = after or before
        if present is None:
            return
        known = {refund.idempotency_key: None for refund in old}
        kept = {refund.idempotency_key: None for refund in new}
        for key in known:
            if key not in kept:
                self.by_refund_key.pop((present.merchant_id, key), None)
        for key in kept:
            if key not in known:
                self.by_refund_key[present.merchant_id, key] = present.id
        if before is None or after is None:
            self._replace_payment(present, is_there=after is not None)

    def _replace_payment(self, payment: Payment, *, is_there: bool) -> None:
        route = ids.payment_route(payment.id)
        others = tuple(each for each in self.by_route.get(route, ()) if each != payment.id)
        self.by_route[route] = (*others, payment.id) if is_there else others
        if is_there:
            self.by_key[payment.merchant_id, payment.idempotency_key] = payment.id
            self.by_capture[payment.gateway, payment.gateway_payment_id] = payment.id
        else:
            self.by_key.pop((payment.merchant_id, payment.idempotency_key), None)
            self.by_capture.pop((payment.gateway, payment.gateway_payment_id), None)


class DueWork:
    """Queues payments for each kind of work, sorted by the time at which the work is due.

    An entry is skipped if the payment's document no longer has the entry's time and kind of work.
    """

    def __init__(self, documents: dict[str, PaymentDocument]) -> None:
        self._documents = documents
        self._heaps: dict[Work, list[tuple[datetime, str]]] = {}

    def note(self, document: PaymentDocument) -> None:
        """Adds the payment to the queue of its kind of work. Does nothing if no work on the payment is planned."""
        if document.due_at is not None and document.due_for is not None:
            heappush(self._heaps.setdefault(document.due_for, []), (document.due_at, document.payment.id))

    def earliest(self) -> datetime | None:
        """Returns the earliest time at which a payment is due. Returns None if no payment needs work."""
        first = [heap[0][0] for work, heap in self._heaps.items() if self._drop_outdated(work, heap)]
        return min(first, default=None)

    def until(self, work: Work, now: datetime) -> Iterator[PaymentDocument]:
        """Yields the payments that are due for this work at `now`, the earliest due time first.

        The caller must read to the end, because yielded payments return to the queue only when the iteration ends.
        """
        heap = self._heaps.get(work, [])
        seen: list[tuple[datetime, str]] = []
        try:
            while self._drop_outdated(work, heap) and heap[0][0] <= now:
                seen.append(heappop(heap))
                if len(seen) == 1 or seen[-1] != seen[-2]:
                    yield self._documents[seen[-1][1]]
                else:
                    seen.pop()
        finally:
            for entry in seen:
                heappush(heap, entry)

    def _drop_outdated(self, work: Work, heap: list[tuple[datetime, str]]) -> bool:
        """Removes outdated entries from the front of the heap. Returns True if an entry is left."""
        while heap:
            at, payment_id = heap[0]
            document = self._documents.get(payment_id)
            if document is not None and document.due_at == at and document.due_for is work:
                return True
            heappop(heap)
        return False


class PaymentTable(Table[PaymentDocument]):
    """See `documents.Table`. `scanned` caches what scans computed from each document, by payment id.

    `index` covers the primary's documents. `majority_index` covers the documents that a majority has stored.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.index = Index()
        self.majority_index = Index()
        self.due = DueWork(self.local)
        self.scanned: dict[str, tuple[PaymentDocument, StoredPayment]] = {}

    def put(self, key: str, value: PaymentDocument | None) -> PaymentDocument | None:
        """See `Table`."""
        before = super().put(key, value)
        self.index.replace(_payment(before), _payment(value))
        if value is not None and (before is None or (before.due_at, before.due_for) != (value.due_at, value.due_for)):
            self.due.note(value)
        return before

    def put_majority(self, key: str, value: PaymentDocument | None) -> None:
        """See `Table`."""
        self.majority_index.replace(_payment(self.majority.get(key)), _payment(value))
        super().put_majority(key, value)

    def change_of(self, before: PaymentDocument | None, after: PaymentDocument | None) -> PaymentChange | None:
        """See `Table`. Returns None if the write is only a claim."""
        if after is None or (before is not None and after.change is before.change):
            return None
        return after.change

    def is_key_taken(self, document: PaymentDocument) -> bool:
        """True if another payment of the merchant has a refund with one of the document's idempotency keys.

        Then the unique index refuses the document.
        """
        taken, payment = self.index.by_refund_key, document.payment
        return any(
            taken.get((payment.merchant_id, r.idempotency_key), payment.id) != payment.id for r in payment.refunds
        )


def breaks_rules(payment: Payment) -> bool:
    """True if the collection's validator refuses the payment.

    The validator refuses negative amounts, refunds above the captured amount, and duplicate idempotency keys.
    """
    amounts = (payment.captured_amount, payment.reserved_amount, payment.refunded_amount)
    if min(amounts) < 0 or payment.refundable_amount < 0:
        return True
    keys = {refund.idempotency_key: None for refund in payment.refunds}
    return len(keys) != len(payment.refunds)


def _payment(document: PaymentDocument | None) -> Payment | None:
    return None if document is None else document.payment
