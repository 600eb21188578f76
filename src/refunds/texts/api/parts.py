"""Contains the texts for groups of operations and for parameters in paths, in the API's description."""

from collections.abc import Mapping

TAGS: Mapping[str, str] = {
    "tenants": "The tree of banks, programs, organizations and merchants. A caller sees only the tenants in its scope.",
    "payments": "Captured payments: record and read them. Each refund belongs to one payment.",
    "refunds": "Refunds: request, read, submit, approve, cancel and reconcile them. One file can request many refunds.",
    "events": "Events of payments and refunds, and the audit log, where each record has the hash of the one before.",
    "parameters": "Rules and limits. They are set for a tenant, and the tenants below inherit them.",
    "operations": "Health, metrics and keys, for the operators of an installation.",
}
"""Describes each group of operations, in the words of docs/glossary.md."""

PATHS: Mapping[str, str] = {
    "tenant_id": "Id of a tenant.",
    "payment_id": "Id of a payment.",
    "refund_id": "Id of a refund.",
    "name": "Name of a parameter.",
}
"""Describes each parameter in a path, by its name."""
