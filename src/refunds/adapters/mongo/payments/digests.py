"""Computes digests over unchangeable fields of payments, refunds and approvals.

The payment store computes digests when it writes. The scan computes them again when it reads. The audit log keeps the
digests of the payment store. So the chain and the anchors of the log protect these digests (docs/decisions/0014). A new
field in a digest needs a new `FORM`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any

import msgspec

from refunds.domain.payment.outbox import Digest
from refunds.domain.payment.payment import Refund
from refunds.domain.verification.payment_snapshot import approval_of, approvals_asked_of, violations_of

FORM = "1:"
DIGEST_BYTES = 16

_PAYMENT = (
    "merchant_id",
    "path",
    "captured_amount",
    "currency",
    "payment_method",
    "gateway",
    "gateway_payment_id",
    "captured_at",
    "created_at",
    "recorded_by",
    "idempotency_key",
    "fingerprint",
    "customer_id",
    "line_items",
    "metadata",
)
_REFUND = (
    "idempotency_key",
    "fingerprint",
    "amount",
    "method",
    "reason",
    "created_at",
    "created_by",
    "line_items",
    "metadata",
)
_APPROVAL = ("by", "role", "decision", "at", "text")


def _plain(value: object) -> object:
    """Converts the driver's integer type to a plain integer, and any other type to its `repr` text.

    Only a document that a person edited contains other types.
    """
    return int(value) if isinstance(value, int) else repr(value)


_encoder = msgspec.msgpack.Encoder(order="deterministic", enc_hook=_plain)


def payment_digest(payment_id: str, fields: Mapping[str, object]) -> Digest:
    """Returns the digest of a payment's document. The times in `fields` must have a time zone."""
    return _digest(payment_id, [fields.get(name) for name in _PAYMENT])


def refund_digest(refund_id: str, fields: Mapping[str, object]) -> Digest:
    """Returns the digest of one refund in a payment's document. The times in `fields` must have a time zone."""
    return _digest(refund_id, [fields.get(name) for name in _REFUND])


def approval_digests(refund_id: str, approvals: Sequence[Mapping[str, object]], first: int = 0) -> Iterator[Digest]:
    """Yields the digests of a refund's approvals and rejections, starting with number `first`."""
    for number, approval in enumerate(approvals[first:], first):
        yield _digest(approval_of(refund_id, number), [approval.get(name) for name in _APPROVAL])


def required_approvals_digest(refund_id: str, fields: Mapping[str, object]) -> Digest:
    """Returns the digest of the number of required approvals and the rule that requires them.

    Only a person's decision changes these fields.
    """
    rule = (
        fields.get("approvals_required", 0),
        fields.get("approvals_raised_to", 0),
        fields.get("approval_rule", ""),
    )
    return _digest(approvals_asked_of(refund_id), list(rule))


def violations_digest(refund_id: str, fields: Mapping[str, object]) -> Digest:
    """Returns the digest of the violations that ended a refund. The digest covers all fields of the violations."""
    return _digest(violations_of(refund_id), [fields.get("violations", [])])


def change_digests(
    before: Refund | None, after: Refund, fields_of: Callable[[Refund], Mapping[str, Any]]
) -> Iterator[Digest]:
    """Yields the digests of the data that a write added to a refund. `before` is None if the refund is new.

    Most writes have no digest. `fields_of` makes a refund's document, and is called only if there is a digest.
    """
    if before is not None and (before.approvals, before.approvals_required, before.violations) == (
        after.approvals,
        after.approvals_required,
        after.violations,
    ):
        return
    fields = fields_of(after)
    if before is None:
        yield refund_digest(after.id, fields)
    else:
        yield from approval_digests(after.id, fields["approvals"], len(before.approvals))
    is_decided = len(after.approvals) != (0 if before is None else len(before.approvals))
    if after.approvals_required and (is_decided or before is None or not before.approvals_required):
        yield required_approvals_digest(after.id, fields)
    if after.violations and (before is None or not before.violations):
        yield violations_digest(after.id, fields)


def _digest(of: str, values: list[object]) -> Digest:
    try:
        content = _encoder.encode((of, values))
    except UnicodeEncodeError:  # invalid Unicode: the driver refuses it later, for this refund alone
        content = repr((of, values)).encode("utf-8", "surrogatepass")
    return Digest(of=of, value=FORM + blake2b(content, digest_size=DIGEST_BYTES).hexdigest())
