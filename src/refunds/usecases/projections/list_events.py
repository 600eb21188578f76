"""Lists the events of payments and refunds within a scope, page by page, from the audit log.

The api calls this use case. Events are ordered by merchant id, and events of one merchant from oldest to newest. The
audit log has one chain per merchant, so this order needs no index of its own. One call reads a limited number of
records. If few of these records match, the page is short or empty but still has a cursor.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from refunds.domain.errors import NotFound
from refunds.domain.invalid_input import CursorUnknown
from refunds.domain.payment.events import Event
from refunds.domain.tenancy import Scope, Tenant
from refunds.ports.audit.audit_records import AuditRecord, AuditRecords
from refunds.ports.payments.payments import PaymentStore
from refunds.usecases.audit.audit_codec import payment_body
from refunds.usecases.settings.config_cache import TenantConfigCache

_CURSOR = re.compile(r"([A-Za-z0-9_]{1,64})\.([0-9]{1,12})\.([0-9]{1,4})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFilter:
    """The conditions of a list of events. An event must meet all of them.

    `cursor` is the `next_cursor` of the previous page.
    """

    limit: int
    cursor: str = ""
    type: str = ""
    merchant_id: str = ""
    payment_id: str = ""
    refund_id: str = ""
    happened_from: datetime | None = None
    happened_before: datetime | None = None

    def matches(self, event: Event) -> bool:
        """Returns True if the event meets the conditions on type, refund and time."""
        return (
            self.type in ("", event.type)
            and self.refund_id in ("", event.refund_id)
            and (self.happened_from is None or self.happened_from <= event.at)
            and (self.happened_before is None or event.at < self.happened_before)
        )


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """The event with which the list continues.

    `index` is the place of the event within the record `seq` of the merchant's chain.
    """

    merchant_id: str
    seq: int = 1
    index: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopedEvent:
    """An event with its payment and merchant."""

    event: Event
    payment_id: str
    merchant_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventPage:
    """One page of events. `next_cursor` is empty on the last page."""

    events: Sequence[ScopedEvent]
    next_cursor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListBounds:
    """The maximum numbers of records and of merchants that one call reads."""

    records_max: int = 1_000
    merchants_max: int = 200


@dataclass(slots=True)
class _Page:
    """The page that is being built. `next` is the place at which the next page begins, once it is known."""

    wanted: EventFilter
    records_left: int
    events: list[ScopedEvent]
    next: Place | None = None

    def take(self, record: AuditRecord, place: Place) -> None:
        """Adds the matching events of a record, starting at `place`. Sets `next` if the page is full."""
        for index, event in _from(record, place):
            if not self.wanted.matches(event):
                continue
            if len(self.events) == self.wanted.limit:
                self.next = Place(place.merchant_id, record.link.seq, index)
                return
            scoped = ScopedEvent(event=event, payment_id=record.entry.subject, merchant_id=place.merchant_id)
            self.events.append(scoped)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListEvents:
    """The use case with its dependencies."""

    records: AuditRecords
    payments: PaymentStore
    config_cache: TenantConfigCache
    bounds: ListBounds = ListBounds()

    async def __call__(self, scope: Scope, wanted: EventFilter) -> EventPage:
        """Returns one page. Raises CursorUnknown or StoreUnavailable."""
        begin = _read_cursor(wanted.cursor) if wanted.cursor else Place("")
        page = _Page(wanted, self.bounds.records_max, [])
        merchants, payment_id = await self._concerned(scope, wanted)
        left = [merchant for merchant in merchants if merchant.id >= begin.merchant_id]
        for number, merchant in enumerate(left):
            place = begin if merchant.id == begin.merchant_id else Place(merchant.id)
            if number == self.bounds.merchants_max or page.records_left <= 0:
                page.next = page.next or place
            if page.next is not None:
                break
            await self._fill(page, merchant, payment_id, place)
        cursor = f"{page.next.merchant_id}.{page.next.seq}.{page.next.index}" if page.next else ""
        return EventPage(events=page.events, next_cursor=cursor)

    async def _concerned(self, scope: Scope, wanted: EventFilter) -> tuple[list[Tenant], str]:
        """Returns the merchants whose chains must be read, ordered by id, and the id of the payment.

        The payment's id is empty if the filter names no payment and no refund.
        """
        merchant_id, payment_id = wanted.merchant_id, wanted.payment_id
        if payment_id or wanted.refund_id:
            try:
                payment = (
                    await self.payments.get_by_refund(scope, wanted.refund_id)
                    if wanted.refund_id
                    else await self.payments.get(scope, payment_id)
                )
            except NotFound:
                return [], ""
            if payment_id not in ("", payment.id) or merchant_id not in ("", payment.merchant_id):
                return [], ""
            merchant_id, payment_id = payment.merchant_id, payment.id
        merchants = self.config_cache.tree.merchants_of(scope)
        of_one = [merchant for merchant in merchants if merchant_id in ("", merchant.id)]
        return sorted(of_one, key=lambda merchant: merchant.id), payment_id

    async def _fill(self, page: _Page, merchant: Tenant, payment_id: str, place: Place) -> None:
        after_seq = place.seq - 1
        while page.records_left > 0:
            found = (
                await self.records.of_subject(merchant, payment_id, after_seq, page.records_left)
                if payment_id
                else await self.records.of_chain(merchant, after_seq, min(page.records_left, page.wanted.limit + 1))
            )
            if not found:
                return
            for record in found:
                page.take(record, place)
                if page.next is not None:
                    return
            page.records_left -= len(found)
            after_seq = found[-1].link.seq
        page.next = Place(merchant.id, after_seq + 1)


def _from(record: AuditRecord, place: Place) -> Iterator[tuple[int, Event]]:
    body = payment_body(record.entry)
    for index, event in enumerate(body.items if body else ()):
        if (record.link.seq, index) >= (place.seq, place.index):
            yield index, event


def _read_cursor(cursor: str) -> Place:
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise CursorUnknown
    return Place(match[1], int(match[2]), int(match[3]))
