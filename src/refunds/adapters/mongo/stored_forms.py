"""The stored names of all documents that contain a domain value: one table per document.

Rows, roll-ups and ledger entries have their names where they are made (`read_model_documents`), and so have records and
heads of the audit log (`audit_log`; bodies of records: `usecases.audit.audit_codec`), files (`bulk_files`) and the
quarantine (`quarantine`). A stored name never changes: other releases, digests and indexes read it
(docs/decisions/0036).
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from refunds.domain.payment.attempt import Attempt, Doubt
from refunds.domain.payment.events import Event
from refunds.domain.payment.outbox import Digest, PaymentChange, RefundState
from refunds.domain.payment.payment import Approval, LineItem, Payment, PaymentMethod, Reason, Refund, Violation
from refunds.domain.payment.status_reason import StatusReason
from refunds.domain.settings.parameters import ParameterValue
from refunds.domain.stored_names import StoredNames
from refunds.domain.tenancy import Tenant
from refunds.domain.verification.payment_snapshot import StoredApproval, StoredAttempt, StoredDoubt, StoredViolation
from refunds.ports.gateway.unread_webhooks import UnreadWebhook
from refunds.ports.projections.read_models import Position

Document: TypeAlias = dict[str, Any]
Upcast: TypeAlias = Callable[[Document], Document]

SHAPE = "shape"
"""Field with the number of a document's shape; a document without it has shape 1."""

REASON = StoredNames(Reason, "code text")
STATUS_REASON = StoredNames(StatusReason, "code text detail facts")
LINE_ITEM = StoredNames(LineItem, "id amount tax_amount quantity description")
VIOLATION = StoredNames(Violation, "code category pointer message remediation facts")
APPROVAL = StoredNames(Approval, "by role decision at text")
DOUBT = StoredNames(Doubt, "question contradictions missing_since refused_submission other_ids")
ATTEMPT = StoredNames(
    Attempt,
    "id gateway tries outcome gateway_refund_id error_code error_raw at asks unsent unsent_since first_sent_at "
    "is_acknowledged outcome_at doubt",
    parts={"doubt": DOUBT},
)
REFUND = StoredNames(
    Refund,
    "id idempotency_key fingerprint status status_reason amount method reason created_at updated_at created_by "
    "submitted_by submitted_at line_items metadata approvals approvals_required approvals_raised_to approval_rule "
    "violations attempts arn expected_at due_at due_for history_count first_status",
    parts={
        "status_reason": STATUS_REASON,
        "reason": REASON,
        "line_items": LINE_ITEM,
        "approvals": APPROVAL,
        "violations": VIOLATION,
        "attempts": ATTEMPT,
    },
)
PAYMENT = StoredNames(
    Payment,
    "merchant_id path version captured_amount reserved_amount refunded_amount currency payment_method gateway "
    "gateway_payment_id captured_at created_at idempotency_key fingerprint recorded_by customer_id dispute line_items "
    "metadata refunds",
    key="id",
    left_out="events",
    parts={
        "payment_method": StoredNames(PaymentMethod, "type token brand last4"),
        "line_items": LINE_ITEM,
        "refunds": REFUND,
    },
)
"""Stored names of a payment's fields. The document also has fields that the domain does not have:

`route`, `events` (the outbox of its version), `last_write`, the moment of its work (`due_at`, `due_for`, `lease`), and
each refund's `history` of EVENT.
"""

EVENT = StoredNames(Event, "id type at refund_id actor from_status status amount code")
REFUND_STATE = StoredNames(RefundState, "id status status_reason amount method reason created_by created_at updated_at")
CHANGE = StoredNames(
    PaymentChange,
    "payment_id version merchant_id path currency gateway payment_method items refunds digests",
    parts={"items": EVENT, "refunds": REFUND_STATE, "digests": StoredNames(Digest, "of value")},
)
"""Stored names of the outbox, also of a change that waits in the quarantine."""

SCANNED_DOUBT = StoredNames(StoredDoubt, "question contradictions missing_since refused_submission other_ids")
SCANNED_ATTEMPT = StoredNames(
    StoredAttempt,
    "id gateway_refund_id gateway outcome error_code error_raw doubt tries asks unsent at first_sent_at "
    "unsent_since is_acknowledged outcome_at",
    parts={"doubt": SCANNED_DOUBT},
)
SCANNED_APPROVAL = StoredNames(StoredApproval, "by decision at")
SCANNED_VIOLATION = StoredNames(StoredViolation, "code message")
"""Parts of a refund as the scan reads them, with the stored names of ATTEMPT, DOUBT, APPROVAL and VIOLATION."""

TENANT = StoredNames(Tenant, "kind parent_id name path added_by added_at", key="id")
PARAMETER_VALUE = StoredNames(ParameterValue, "name tenant_id value effective_from expires_at set_by set_at", key="id")
POSITION = StoredNames(
    Position,
    "seq phase start_at token read_to filter_until holder generation is_building is_spare_empty",
    other={"walked_to": "scanned_to"},
)
UNREAD_WEBHOOK = StoredNames(UnreadWebhook, "gateway webhook_id received_at why body is_cut")


def _add_shape(document: Document) -> Document:
    """Adds the number 1 to a document of shape 1, which was stored without a number.

    Such a document also lacks fields for which the domain has defaults.
    """
    return document


PAYMENT_SHAPE = 2
"""The shape to which readers convert a payment."""

PAYMENT_SHAPE_WRITTEN = 2
"""The shape in which a new payment is written; it changes one release after readers know the new shape."""

PAYMENT_UPCASTS: Mapping[int, Upcast] = {1: _add_shape}
"""Conversions of documents, by the shape that each converts; the result has the next shape."""


def upcast(document: Document, to_shape: int, upcasts: Mapping[int, Upcast]) -> Document:
    """Returns the document in the shape of this release.

    A later shape is left unchanged, so unknown fields are kept.
    """
    shape = document.get(SHAPE, 1)
    while isinstance(shape, int) and shape < to_shape:
        document, shape = upcasts[shape](document), shape + 1
    return document
