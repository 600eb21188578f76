"""Encodes the records of the audit log; equal records give equal bytes. Pure.

Called by the relay, by the stores of tenants and parameters, and by verification, which compares records with the log.
"""

from collections.abc import Callable

import msgspec

from refunds.domain.audit.hash_chain import AuditEntry
from refunds.domain.payment.events import Event
from refunds.domain.payment.outbox import Digest, PaymentChange
from refunds.domain.settings.parameters import ParameterValue
from refunds.domain.stored_names import Fields, StoredNames
from refunds.domain.tenancy import Tenant

EVENT_NAMES = StoredNames(Event, "id type at refund_id actor from_status status amount code")
DIGEST_NAMES = StoredNames(Digest, "of value")
TENANT_NAMES = StoredNames(Tenant, "id kind parent_id name path added_by added_at")
VALUE_NAMES = StoredNames(ParameterValue, "id name tenant_id value effective_from expires_at set_by set_at")
"""Names of the fields of a parameter's value in a record. The hash chain covers these bytes: a name never changes."""


class PaymentBody(msgspec.Struct, frozen=True, omit_defaults=True):
    """Record of one version of a payment, with the digests of the payment, refunds and approvals that it created.

    `is_late` is True if the log already had a later version of the payment. Fields of a later release are ignored.
    """

    merchant_id: str
    items: tuple[Event, ...]
    digests: tuple[Digest, ...] = ()
    is_late: bool = False


_encoder = msgspec.json.Encoder()
_sorted_encoder = msgspec.json.Encoder(order="sorted")
_decoder = msgspec.json.Decoder(PaymentBody)
_untyped_decoder = msgspec.json.Decoder()


def payment_entry(change: PaymentChange, *, is_late: bool = False) -> AuditEntry:
    """Returns the audit record of one version of a payment."""
    return AuditEntry(
        chain=change.merchant_id,
        subject=change.payment_id,
        version=change.version,
        body=_encoded(PaymentBody(change.merchant_id, change.items, change.digests, is_late)),
    )


def _encoded(body: PaymentBody) -> bytes:
    if EVENT_NAMES.is_plain and DIGEST_NAMES.is_plain:
        return _encoder.encode(body)
    return _encoder.encode(_renamed(msgspec.to_builtins(body), EVENT_NAMES.to_stored, DIGEST_NAMES.to_stored))


def _decoded(body: bytes) -> PaymentBody:
    if EVENT_NAMES.is_plain and DIGEST_NAMES.is_plain:
        return _decoder.decode(body)
    found = _untyped_decoder.decode(body)
    return msgspec.convert(_renamed(found, EVENT_NAMES.to_domain, DIGEST_NAMES.to_domain), PaymentBody)


def _renamed(body: Fields, event: Callable[[Fields], Fields], digest: Callable[[Fields], Fields]) -> Fields:
    digests = {"digests": [digest(each) for each in body["digests"]]} if "digests" in body else {}
    return {**body, "items": [event(each) for each in body["items"]], **digests}


def payment_body(entry: AuditEntry) -> PaymentBody | None:
    """Decodes the record of a payment's version; None if the entry is another record."""
    try:
        return _decoded(entry.body)
    except (msgspec.DecodeError, UnicodeDecodeError, LookupError, TypeError, AttributeError):
        return None


def tenant_entry(tenant: Tenant) -> AuditEntry:
    """Returns the audit record of a new tenant; `added_by` and `added_at` are left out if unknown."""
    stored = TENANT_NAMES.to_stored(msgspec.to_builtins(tenant))
    known = {name: value for name, value in stored.items() if name not in ("added_by", "added_at") or value}
    return AuditEntry(chain=tenant.id, subject=tenant.id, version=1, body=_body("tenant.added", known))


def parameter_entry(value: ParameterValue) -> AuditEntry:
    """Returns the audit record of a parameter value that was set."""
    body = _body("parameter.set", VALUE_NAMES.to_stored(msgspec.to_builtins(value)))
    return AuditEntry(chain=value.tenant_id, subject=value.id, version=1, body=body)


def _body(kind: str, fields: dict[str, object]) -> bytes:
    return _sorted_encoder.encode({"type": kind, **fields})
