"""Builds the api service from the parts that its process passes. This module makes no decisions."""

from dataclasses import dataclass, field
from importlib.resources import files

from refunds.domain.attempt.gateway_profiles import PROFILES, Profiles
from refunds.ports.audit.audit_records import AuditRecords
from refunds.ports.clock import Clock
from refunds.ports.gateway.hints import Hints
from refunds.ports.ids import IdSource
from refunds.ports.payments.bulk_files import BulkFiles
from refunds.ports.payments.payments import PaymentStore
from refunds.ports.projections.refund_lists import RefundLists
from refunds.ports.settings.tenants import TenantStore
from refunds.runtime.auth.authorizer import Authorizer
from refunds.runtime.http.endpoint import Endpoint
from refunds.services.api.files.bulk import BulkRoutes
from refunds.services.api.routes.events_and_audit import EventRoutes
from refunds.services.api.routes.payments import PaymentRoutes
from refunds.services.api.routes.reason_codes import ReasonCodeRoutes
from refunds.services.api.routes.refund_changes import RefundChangeRoutes
from refunds.services.api.routes.refund_lists import ListRoutes
from refunds.services.api.routes.refunds import RefundRoutes
from refunds.services.api.routes.tenants import TenantRoutes
from refunds.usecases.approvals.decide_approval import DecideApproval
from refunds.usecases.payments.record_payment import RecordPayment
from refunds.usecases.projections.list_events import ListEvents
from refunds.usecases.refunds.cancel_refund import CancelRefund
from refunds.usecases.refunds.claim_file_key import ClaimFileKey
from refunds.usecases.refunds.create_refund import CreateRefund
from refunds.usecases.refunds.reconcile_refund import ReconcileRefund
from refunds.usecases.refunds.submit_refund import SubmitRefund
from refunds.usecases.settings.add_tenant import AddTenant
from refunds.usecases.settings.config_cache import TenantConfigCache


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiParts:
    """The parts that the api needs from its process."""

    payments: PaymentStore
    lists: RefundLists
    audit_records: AuditRecords
    bulk_files: BulkFiles
    tenants: TenantStore
    config_cache: TenantConfigCache
    hints: Hints
    clock: Clock
    ids: IdSource
    is_reviewed_now: bool = True
    profiles: Profiles = field(default_factory=lambda: PROFILES)


def policy() -> str:
    """Returns the text of the api's Cedar policies."""
    return (files(__package__) / "policies.cedar").read_text()


def endpoints(parts: ApiParts, authorizer: Authorizer) -> list[Endpoint]:
    """Returns the routes of the api."""
    create = CreateRefund(
        payments=parts.payments,
        config_cache=parts.config_cache,
        clock=parts.clock,
        ids=parts.ids,
        hints=parts.hints,
        is_reviewed_now=parts.is_reviewed_now,
    )
    return [
        *_tenants(parts, authorizer).endpoints(),
        *_payments(parts).endpoints(),
        *ListRoutes(lists=parts.lists).endpoints(),
        *ReasonCodeRoutes(config_cache=parts.config_cache, clock=parts.clock).endpoints(),
        *_events(parts).endpoints(),
        *_bulk(parts, create).endpoints(),
        *_refunds(parts, authorizer, create),
    ]


def _bulk(parts: ApiParts, create: CreateRefund) -> BulkRoutes:
    claim = ClaimFileKey(payments=parts.payments, files=parts.bulk_files)
    return BulkRoutes(payments=parts.payments, create_refund=create, claim_file_key=claim)


def _tenants(parts: ApiParts, authorizer: Authorizer) -> TenantRoutes:
    add = AddTenant(tenants=parts.tenants, config_cache=parts.config_cache, clock=parts.clock, ids=parts.ids)
    return TenantRoutes(add_tenant=add, config_cache=parts.config_cache, authorizer=authorizer)


def _payments(parts: ApiParts) -> PaymentRoutes:
    record = RecordPayment(payments=parts.payments, config_cache=parts.config_cache, clock=parts.clock, ids=parts.ids)
    return PaymentRoutes(payments=parts.payments, record_payment=record, clock=parts.clock)


def _events(parts: ApiParts) -> EventRoutes:
    records, config_cache = parts.audit_records, parts.config_cache
    list_events = ListEvents(records=records, payments=parts.payments, config_cache=config_cache)
    return EventRoutes(list_events=list_events, records=records, config_cache=config_cache)


def _refunds(parts: ApiParts, authorizer: Authorizer, create: CreateRefund) -> list[Endpoint]:
    payments, config_cache, clock, hints = parts.payments, parts.config_cache, parts.clock, parts.hints
    changes = RefundChangeRoutes(
        payments=payments,
        authorizer=authorizer,
        clock=clock,
        cancel_refund=CancelRefund(payments=payments, clock=clock),
        submit_refund=SubmitRefund(payments=payments, config_cache=config_cache, clock=clock, hints=hints),
        decide_approval=DecideApproval(payments=payments, config_cache=config_cache, clock=clock, hints=hints),
        reconcile_refund=ReconcileRefund(
            payments=payments, config_cache=config_cache, clock=clock, profiles=parts.profiles
        ),
    )
    own = RefundRoutes(
        payments=payments, config_cache=config_cache, clock=clock, create_refund=create, profiles=parts.profiles
    )
    return [*own.endpoints(), *changes.endpoints()]
