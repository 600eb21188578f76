"""Encodes and decodes the records of the audit log. Equal records give equal bytes.

These pure functions are called by the relay and by the stores of tenants and parameters. The verification also calls
them to compare records with the log.
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
"""Stored names of a parameter value's fields in a record. They never change, because the hash chain covers them."""


class PaymentBody(msgspec.Struct, frozen=True, omit_defaults=True):
    """The audit record of one version of a payment.

    `digests` has the digests of the payment, the refunds and the approvals that this version created. `is_late` is True
    if the log already had a later version of the payment. Decoding ignores fields that a later release added.
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
    """Decodes the audit record of a payment's version. Returns None for any other record."""
    try:
        return _decoded(entry.body)
    except (msgspec.DecodeError, UnicodeDecodeError, LookupError, TypeError, AttributeError):
        return None


def tenant_entry(tenant: Tenant) -> AuditEntry:
    """Returns the audit record of a new tenant.

    The record leaves out `added_by` and `added_at` if they are unknown.
    """
    stored = TENANT_NAMES.to_stored(msgspec.to_builtins(tenant))
    known = {name: value for name, value in stored.items() if name not in ("added_by", "added_at") or value}
    return AuditEntry(chain=tenant.id, subject=tenant.id, version=1, body=_body("tenant.added", known))


def parameter_entry(value: ParameterValue) -> AuditEntry:
    """Returns the audit record of a new parameter value."""
    body = _body("parameter.set", VALUE_NAMES.to_stored(msgspec.to_builtins(value)))
    return AuditEntry(chain=value.tenant_id, subject=value.id, version=1, body=body)


def _body(kind: str, fields: dict[str, object]) -> bytes:
    return _sorted_encoder.encode({"type": kind, **fields})
