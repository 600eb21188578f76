"""The api service put together: its parts are handed in, routes and an application come out. Wires, decides nothing."""

from dataclasses import dataclass, field
from importlib.resources import files

from refunds.domain.gateway_profiles import PROFILES, Profiles
from refunds.ports.audit_records import AuditRecords
from refunds.ports.bulk_files import BulkFiles
from refunds.ports.clock import Clock
from refunds.ports.hints import Hints
from refunds.ports.ids import IdSource
from refunds.ports.payments import PaymentStore
from refunds.ports.refund_lists import RefundLists
from refunds.ports.tenants import TenantStore
from refunds.runtime.auth import Gate
from refunds.runtime.calls import Endpoint
from refunds.services.api.bulk import BulkRoutes
from refunds.services.api.lists import ListRoutes
from refunds.services.api.payments import PaymentRoutes
from refunds.services.api.refund_changes import RefundChangeRoutes
from refunds.services.api.refunds import RefundRoutes
from refunds.services.api.tenants import TenantRoutes
from refunds.services.api.told import ToldRoutes
from refunds.usecases.add_tenant import AddTenant
from refunds.usecases.cabinet import Cabinet
from refunds.usecases.cancel_refund import CancelRefund
from refunds.usecases.claim_file_key import ClaimFileKey
from refunds.usecases.create_refund import CreateRefund
from refunds.usecases.decide_approval import DecideApproval
from refunds.usecases.list_events import ListEvents
from refunds.usecases.reconcile_refund import ReconcileRefund
from refunds.usecases.record_payment import RecordPayment
from refunds.usecases.submit_refund import SubmitRefund


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiParts:
    """What the api needs of the outside."""

    payments: PaymentStore
    lists: RefundLists
    audit_records: AuditRecords
    bulk_files: BulkFiles
    tenants: TenantStore
    cabinet: Cabinet
    hints: Hints
    clock: Clock
    ids: IdSource
    is_reviewed_now: bool = True
    profiles: Profiles = field(default_factory=lambda: PROFILES)


def policy() -> str:
    """The text of the api's Cedar policies."""
    return (files(__package__) / "policies" / "api.cedar").read_text()


def endpoints(parts: ApiParts, gate: Gate) -> list[Endpoint]:
    """The routes of the api."""
    create = CreateRefund(
        payments=parts.payments,
        cabinet=parts.cabinet,
        clock=parts.clock,
        ids=parts.ids,
        hints=parts.hints,
        is_reviewed_now=parts.is_reviewed_now,
    )
    return [
        *_tenants(parts, gate).endpoints(),
        *_payments(parts).endpoints(),
        *ListRoutes(lists=parts.lists).endpoints(),
        *_told(parts).endpoints(),
        *_bulk(parts, create).endpoints(),
        *_refunds(parts, gate, create),
    ]


def _bulk(parts: ApiParts, create: CreateRefund) -> BulkRoutes:
    claim = ClaimFileKey(payments=parts.payments, files=parts.bulk_files)
    return BulkRoutes(payments=parts.payments, create_refund=create, claim_file_key=claim)


def _tenants(parts: ApiParts, gate: Gate) -> TenantRoutes:
    add = AddTenant(tenants=parts.tenants, cabinet=parts.cabinet, clock=parts.clock, ids=parts.ids)
    return TenantRoutes(add_tenant=add, cabinet=parts.cabinet, gate=gate)


def _payments(parts: ApiParts) -> PaymentRoutes:
    record = RecordPayment(payments=parts.payments, cabinet=parts.cabinet, clock=parts.clock, ids=parts.ids)
    return PaymentRoutes(payments=parts.payments, record_payment=record, clock=parts.clock)


def _told(parts: ApiParts) -> ToldRoutes:
    records, cabinet = parts.audit_records, parts.cabinet
    list_events = ListEvents(records=records, payments=parts.payments, cabinet=cabinet)
    return ToldRoutes(list_events=list_events, records=records, cabinet=cabinet)


def _refunds(parts: ApiParts, gate: Gate, create: CreateRefund) -> list[Endpoint]:
    payments, cabinet, clock, hints = parts.payments, parts.cabinet, parts.clock, parts.hints
    changes = RefundChangeRoutes(
        payments=payments,
        gate=gate,
        clock=clock,
        cancel_refund=CancelRefund(payments=payments, clock=clock),
        submit_refund=SubmitRefund(payments=payments, cabinet=cabinet, clock=clock, hints=hints),
        decide_approval=DecideApproval(payments=payments, cabinet=cabinet, clock=clock, hints=hints),
        reconcile_refund=ReconcileRefund(payments=payments, cabinet=cabinet, clock=clock, profiles=parts.profiles),
    )
    own = RefundRoutes(payments=payments, cabinet=cabinet, clock=clock, create_refund=create, profiles=parts.profiles)
    return [*own.endpoints(), *changes.endpoints()]
