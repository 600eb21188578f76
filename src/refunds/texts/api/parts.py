"""What the parts of the API's description mean: groups of operations, and the names in their paths."""

from collections.abc import Mapping

TAGS: Mapping[str, str] = {
    "tenants": "The tree of banks, programs, organizations and merchants; every caller sees its own part of it.",
    "payments": "Captured payments, which the platform records and refunds are requested against.",
    "refunds": "Refunds from the request to their end: request, read, approve, cancel, reconcile, also by file.",
    "events": "Everything that happened to payments and refunds, and the hash-chained audit log of it.",
    "parameters": "Rules and limits, which are set per tenant and inherited by the tenants below it.",
    "operations": "Health, metrics and keys, for the people and machines that run an installation.",
}
"""By tag, in the words of docs/glossary.md."""

PATHS: Mapping[str, str] = {
    "tenant_id": "Id of a tenant.",
    "payment_id": "Id of a payment.",
    "refund_id": "Id of a refund.",
    "name": "Name of a parameter.",
}
"""By name in a path."""
