"""Defines the stored names of all documents that contain a domain value, with one table per document.

A stored name never changes, because other releases, digests and indexes read it (docs/decisions/0036).

Other modules define the names of rows, roll-ups and ledger entries (`read_model_documents`) and of files
(`bulk_files`). They also define the names of audit records and heads (`audit_log`) and of the bodies of audit records
(`usecases.audit.audit_codec`). The quarantine has its names in `quarantine`.
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
"""The field with the number of a document's shape. A document that lacks this field has shape 1."""

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
"""Stored names of a payment's fields. The names of events in a refund's `history` are in EVENT.

The document also has fields that the domain does not have. These are `route`, `events` (the outbox of the version),
`last_write`, `due_at`, `due_for`, `lease`, and the `history` of each refund.
"""

EVENT = StoredNames(Event, "id type at refund_id actor from_status status amount code")
REFUND_STATE = StoredNames(RefundState, "id status status_reason amount method reason created_by created_at updated_at")
CHANGE = StoredNames(
    PaymentChange,
    "payment_id version merchant_id path currency gateway payment_method items refunds digests",
    parts={"items": EVENT, "refunds": REFUND_STATE, "digests": StoredNames(Digest, "of value")},
)
"""Stored names of the outbox. A change that waits in the quarantine has the same names."""

SCANNED_DOUBT = StoredNames(StoredDoubt, "question contradictions missing_since refused_submission other_ids")
SCANNED_ATTEMPT = StoredNames(
    StoredAttempt,
    "id gateway_refund_id gateway outcome error_code error_raw doubt tries asks unsent at first_sent_at "
    "unsent_since is_acknowledged outcome_at",
    parts={"doubt": SCANNED_DOUBT},
)
SCANNED_APPROVAL = StoredNames(StoredApproval, "by decision at")
SCANNED_VIOLATION = StoredNames(StoredViolation, "code message")
"""The SCANNED tables are for the scan. The stored names are those of ATTEMPT, DOUBT, APPROVAL and VIOLATION."""

TENANT = StoredNames(Tenant, "kind parent_id name path added_by added_at", key="id")
PARAMETER_VALUE = StoredNames(ParameterValue, "name tenant_id value effective_from expires_at set_by set_at", key="id")
POSITION = StoredNames(
    Position,
    "seq phase start_at token read_to filter_until holder generation is_building is_spare_empty",
    other={"walked_to": "scanned_to"},
)
UNREAD_WEBHOOK = StoredNames(UnreadWebhook, "gateway webhook_id received_at why body is_cut")


def _add_shape(document: Document) -> Document:
    """Returns the document unchanged. It has shape 1, which was stored without a shape number.

    Such a document also lacks some fields, for which the domain has defaults.
    """
    return document


PAYMENT_SHAPE = 2
"""The shape to which readers convert a payment."""

PAYMENT_SHAPE_WRITTEN = 2
"""The shape in which new payments are written. It changes one release after readers know the new shape."""

PAYMENT_UPCASTS: Mapping[int, Upcast] = {1: _add_shape}
"""Converts documents to the next shape. Each key is the shape that the function converts."""


def upcast(document: Document, to_shape: int, upcasts: Mapping[int, Upcast]) -> Document:
    """Returns the document in the shape `to_shape`.

    A document of a later shape is returned unchanged, so its unknown fields are kept.
    """
    shape = document.get(SHAPE, 1)
    while isinstance(shape, int) and shape < to_shape:
        document, shape = upcasts[shape](document), shape + 1
    return document
