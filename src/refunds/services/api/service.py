"""Composes the api from the parts that its process has opened."""

from refunds.adapters.mongo.audit.audit_records import MongoAuditRecords
from refunds.adapters.mongo.payments.bulk_files import MongoBulkFiles
from refunds.adapters.mongo.projections.refund_lists import MongoRefundLists
from refunds.runtime.process.container import Parts
from refunds.runtime.process.service import Service
from refunds.services.api.app import ApiParts, endpoints, policy
from refunds.services.api.problems import PROBLEMS


def build(parts: Parts) -> Service:
    """Builds the service from the parts that the process has opened."""
    api = ApiParts(
        payments=parts.payments,
        lists=MongoRefundLists(parts.database),
        audit_records=MongoAuditRecords(parts.database),
        bulk_files=MongoBulkFiles(parts.database),
        tenants=parts.tenants,
        config_cache=parts.config_cache,
        hints=parts.hints,
        clock=parts.clock,
        ids=parts.ids,
        is_reviewed_now=parts.settings.review_at_once,
        profiles=parts.settings.gateway_profiles,
    )
    return Service(
        name="api", endpoints=lambda authorizer: endpoints(api, authorizer), policies=(policy(),), problems=PROBLEMS
    )
