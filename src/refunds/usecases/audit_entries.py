"""What stands in the audit log of each thing that happens, the same bytes whenever it is made. Pure.

Made by the relay and by the stores of tenants and parameters; held against the log by verification.
"""

import msgspec

from refunds.domain.audit import AuditEntry
from refunds.domain.changes import Digest, PaymentChange
from refunds.domain.events import Event
from refunds.domain.parameters import ParameterValue
from refunds.domain.tenancy import Tenant


class PaymentBody(msgspec.Struct, frozen=True, omit_defaults=True):
    """The record of one version of a payment. `digests` vouch for the fields of what it made.

    `is_late` where the log held a later version of the payment already. Fields of a later release are passed over.
    """

    merchant_id: str
    items: tuple[Event, ...]
    digests: tuple[Digest, ...] = ()
    is_late: bool = False


_encoder = msgspec.json.Encoder()
_sorted_encoder = msgspec.json.Encoder(order="sorted")
_decoder = msgspec.json.Decoder(PaymentBody)


def payment_entry(change: PaymentChange, *, is_late: bool = False) -> AuditEntry:
    """The record of one version of a payment."""
    return AuditEntry(
        chain=change.merchant_id,
        subject=change.payment_id,
        version=change.version,
        body=_encoder.encode(PaymentBody(change.merchant_id, change.items, change.digests, is_late)),
    )


def payment_body(entry: AuditEntry) -> PaymentBody | None:
    """What the record of a payment's version tells; None where it is none."""
    try:
        return _decoder.decode(entry.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def tenant_entry(tenant: Tenant) -> AuditEntry:
    """The record of a tenant that was added; who did it and when is left out where it is not known."""
    told = msgspec.to_builtins(tenant)
    known = {name: value for name, value in told.items() if name not in ("added_by", "added_at") or value}
    return AuditEntry(chain=tenant.id, subject=tenant.id, version=1, body=_body("tenant.added", known))


def parameter_entry(value: ParameterValue) -> AuditEntry:
    """The record of a parameter's value that was set."""
    body = _body("parameter.set", msgspec.to_builtins(value))
    return AuditEntry(chain=value.tenant_id, subject=value.id, version=1, body=body)


def _body(kind: str, fields: dict[str, object]) -> bytes:
    return _sorted_encoder.encode({"type": kind, **fields})
