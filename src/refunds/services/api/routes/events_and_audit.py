"""Handles the routes that list the events within a scope and the records of the audit log."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from msgspec import Meta, Struct

from refunds.domain.audit.hash_chain import empty_chain, extend
from refunds.domain.errors import TenantNotFound
from refunds.domain.invalid_input import EventTypeUnknown
from refunds.domain.payment.events import Event, EventType
from refunds.domain.payment.outbox import PaymentChange
from refunds.ports.audit.audit_records import AuditRecord, AuditRecords
from refunds.runtime.http.endpoint import Answer, Call, Endpoint, json_answer
from refunds.runtime.schema.decoding import in_query, read_query
from refunds.runtime.schema.fields import END, Moment, TenantId, utc
from refunds.runtime.schema.validation_messages import form
from refunds.services.api.fields import CURSOR_MEANING, LIMIT_DEFAULT, PageLimit, PaymentId
from refunds.services.api.presenters import audit_record_out, scoped_event_out
from refunds.services.api.response_models import AuditPageOut, ScopedEventPageOut
from refunds.services.api.routes.refund_examples import EXAMPLE_REFUND_ID
from refunds.usecases.audit.audit_codec import payment_entry
from refunds.usecases.projections.list_events import EventFilter, ListEvents, ScopedEvent
from refunds.usecases.settings.config_cache import TenantConfigCache

RefundId = Annotated[
    str,
    form(r"^ref_[A-Za-z0-9]{1,80}" + END, "the id of a refund, as it was answered", examples=[EXAMPLE_REFUND_ID]),
]


class EventQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """Selects the events that meet all given conditions. `cursor` is the `next_cursor` of the previous page."""

    limit: PageLimit = LIMIT_DEFAULT
    cursor: Annotated[str, Meta(max_length=96, description=CURSOR_MEANING)] = ""
    type: Annotated[EventType, Meta(description="Only events of this type.")] | None = None
    merchant_id: Annotated[TenantId, Meta(description="Only events of this merchant.")] | None = None
    payment_id: Annotated[PaymentId, Meta(description="Only events of this payment and its refunds.")] | None = None
    refund_id: Annotated[RefundId, Meta(description="Only events of this refund.")] | None = None
    happened_from: Annotated[Moment, Meta(description="Only events at this time (RFC 3339) or later.")] | None = None
    happened_before: Annotated[Moment, Meta(description="Only events before this time (RFC 3339).")] | None = None


class AuditQuery(Struct, kw_only=True, forbid_unknown_fields=True):
    """Selects the audit chain of one tenant. Without `tenant_id`, it is the chain of the caller's own tenant.

    The first page begins with the first record.
    """

    limit: PageLimit = LIMIT_DEFAULT
    cursor: Annotated[
        str, form(r"^[0-9]{1,12}" + END, "a cursor that the service returned", description=CURSOR_MEANING)
    ] = "0"
    tenant_id: (
        Annotated[
            TenantId, Meta(description="The tenant whose audit log is read; without it, the caller's own tenant.")
        ]
        | None
    ) = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRoutes:
    """Handles the routes of events and of the audit log."""

    list_events: ListEvents
    records: AuditRecords
    config_cache: TenantConfigCache

    async def events(self, call: Call) -> Answer:
        """Handles GET /v1/events."""
        query = read_query(EventQuery, call.query)
        with in_query():
            page = await self.list_events(call.principal.scope, _filter(query))
        shown = [scoped_event_out(event) for event in page.events]
        return json_answer(ScopedEventPageOut(data=shown, next_cursor=page.next_cursor or None))

    async def audit(self, call: Call) -> Answer:
        """Handles GET /v1/audit."""
        query, scope = read_query(AuditQuery, call.query), call.principal.scope
        tenant_id = query.tenant_id or scope.node_id
        tenant = self.config_cache.tenant(scope, tenant_id)
        if tenant is None:
            raise TenantNotFound(id=tenant_id)
        found = await self.records.of_chain(tenant, int(query.cursor), query.limit + 1)
        page = found[: query.limit]
        cursor = str(page[-1].link.seq) if len(found) > len(page) else None
        return json_answer(AuditPageOut(data=[audit_record_out(record) for record in page], next_cursor=cursor))

    def endpoints(self) -> list[Endpoint]:
        """Returns the routes."""
        return [
            Endpoint(
                method="GET",
                path="/v1/events",
                operation_id="listEvents",
                tag="events",
                summary="List the events of payments and refunds",
                description="Events, ordered by merchant id, then oldest first. A page may have fewer events than "
                "`limit`, or none, and still have a `next_cursor`; the list ends when `next_cursor` is null. To "
                "follow a merchant, send the last cursor again and ignore events whose `id` you already have. New "
                "events appear with a short delay.",
                handler=self.events,
                action="read_events",
                query=EventQuery,
                response=ScopedEventPageOut,
                problems=("invalid_query",),
                response_example=_EVENTS,
            ),
            Endpoint(
                method="GET",
                path="/v1/audit",
                operation_id="listAuditRecords",
                tag="events",
                summary="Read the audit log of a tenant",
                description="Records, oldest first. `hash` is the SHA-256 (hexadecimal) of `tenant_id`, `seq`, "
                "`previous_hash`, `subject`, `version` and `body`, UTF-8, joined by line feeds; the first record has "
                "64 zeros as its `previous_hash`. From the records, you can recompute every hash, and compare the last "
                "hash with an anchor, a signed copy that is stored outside the database.",
                handler=self.audit,
                action="read_audit",
                query=AuditQuery,
                response=AuditPageOut,
                problems=("invalid_query", "tenant_not_found"),
                response_example=_AUDIT,
            ),
        ]


def _filter(query: EventQuery) -> EventFilter:
    if query.type is not None and not query.type.is_known:
        raise EventTypeUnknown(known=tuple(type_.value for type_ in EventType))
    return EventFilter(
        limit=query.limit,
        cursor=query.cursor,
        type=query.type or "",
        merchant_id=query.merchant_id or "",
        payment_id=query.payment_id or "",
        refund_id=query.refund_id or "",
        happened_from=utc(query.happened_from, "/happened_from") if query.happened_from else None,
        happened_before=utc(query.happened_before, "/happened_before") if query.happened_before else None,
    )


_EXAMPLE = ScopedEvent(
    event=Event(
        id="evt_01_4_0",
        type=EventType.REFUND_COMPLETED,
        at=datetime(2026, 3, 2, 14, 5, tzinfo=UTC),
        refund_id=EXAMPLE_REFUND_ID,
        actor="gateway:sandbox",
        from_status="processing",
        status="completed",
        amount=2_500,
    ),
    payment_id="pay_01",
    merchant_id="mer_01",
)
_EVENTS = ScopedEventPageOut(data=[scoped_event_out(_EXAMPLE)], next_cursor=None)
_ENTRY = payment_entry(
    PaymentChange(
        payment_id=_EXAMPLE.payment_id,
        version=4,
        merchant_id=_EXAMPLE.merchant_id,
        path=("platform", "mer_01"),
        currency="EUR",
        gateway="sandbox",
        payment_method="credit_card",
        items=(_EXAMPLE.event,),
    )
)
_RECORD = AuditRecord(link=extend(empty_chain("mer_01"), [_ENTRY])[0], entry=_ENTRY)
_AUDIT = AuditPageOut(data=[audit_record_out(_RECORD)], next_cursor="1")
