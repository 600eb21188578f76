"""One value of each kind that is stored, every field filled with something that is no default and stands for itself."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from refunds.domain.audit.hash_chain import AuditEntry, empty_chain, extend
from refunds.domain.ledger.ledger import LedgerEntry
from refunds.domain.ledger.roll_ups import CountAndSum, RollUpDimensions, RollUpKey
from refunds.domain.payment.attempt import Attempt, Doubt
from refunds.domain.payment.events import Event, EventType
from refunds.domain.payment.outbox import Digest, PaymentChange, RefundState
from refunds.domain.payment.payment import (
    Approval,
    DisputeState,
    LineItem,
    MethodType,
    Payment,
    PaymentMethod,
    Reason,
    Refund,
    RefundMethod,
    Violation,
    Work,
)
from refunds.domain.payment.states import Status
from refunds.domain.payment.status_reason import StatusReason
from refunds.domain.refund.bulk_file import BulkFile
from refunds.domain.settings.parameters import ParameterValue
from refunds.domain.tenancy import Tenant, TenantKind
from refunds.ports.gateway.unread_webhooks import UnreadWebhook
from refunds.ports.projections.read_models import ListedRefund, Phase, Position
from refunds.ports.projections.refund_lists import RefundRow

BEGIN = datetime(2026, 3, 2, 12, 0, 0, 5_000, tzinfo=UTC)
PATH = ("platform", "bnk_1", "prg_1", "org_1", "mer_1")


def at(minutes: int) -> datetime:
    """A moment of its own for each field."""
    return BEGIN + timedelta(minutes=minutes)


EVENT = Event(
    id="evt_1_5_0",
    type=EventType.REFUND_FAILED,
    at=at(1),
    refund_id="ref_1",
    actor="usr_1",
    from_status="processing",
    status="failed",
    amount=301,
    code="declined",
)
LINE = LineItem(id="line_1", amount=300, tax_amount=50, quantity=2, description="A book")
REFUND = Refund(
    id="ref_1",
    idempotency_key="key-1",
    fingerprint="print-1",
    status=Status.FAILED,
    status_reason=StatusReason(
        code="declined", text="It was declined.", detail="none_accepted", facts={"submissions": 5}
    ),
    amount=301,
    method=RefundMethod.ORIGINAL_PAYMENT,
    reason=Reason(code="goodwill", text="Sorry."),
    created_at=at(2),
    updated_at=at(3),
    created_by="usr_1",
    submitted_by="usr_2",
    submitted_at=at(4),
    line_items=(LINE,),
    metadata={"order": "7"},
    approvals=(Approval(by="usr_3", role="merchant_admin", decision="approved", at=at(5), text="fine"),),
    approvals_required=1,
    approvals_raised_to=2,
    approval_rule="auto_approval_below",
    violations=(
        Violation(
            code="dispute_open",
            category="state",
            pointer="/payment_id",
            message="It is.",
            remediation="Wait.",
            facts={"days": 180, "room_at": "2026-03-02T12:00:00+00:00", "allowed": ("balance",)},
        ),
    ),
    attempts=(
        Attempt(
            id="att_1",
            gateway="sandbox",
            tries=3,
            outcome="failed",
            gateway_refund_id="gr_1",
            error_code="declined",
            error_raw="05",
            at=at(6),
            asks=2,
            unsent=1,
            unsent_since=at(7),
            first_sent_at=at(8),
            is_acknowledged=True,
            outcome_at=at(9),
            doubt=Doubt(
                question="succeeded",
                contradictions=1,
                missing_since=at(10),
                refused_submission=2,
                other_ids=("gr_2",),
            ),
        ),
    ),
    arn="arn-1",
    expected_at=at(11),
    due_at=at(12),
    due_for=Work.GATEWAY,
    history_count=4,
    first_status=Status.DRAFT,
)
PAYMENT = Payment(
    id="pay_1",
    merchant_id="mer_1",
    path=PATH,
    version=5,
    captured_amount=1_000,
    reserved_amount=200,
    refunded_amount=100,
    currency="EUR",
    payment_method=PaymentMethod(type=MethodType.CREDIT_CARD, token="tok_ok", brand="visa", last4="4242"),
    gateway="sandbox",
    gateway_payment_id="gw_1",
    captured_at=at(13),
    created_at=at(14),
    idempotency_key="payment-key",
    fingerprint="payment-print",
    recorded_by="usr_4",
    customer_id="cus_1",
    dispute=DisputeState.OPEN,
    line_items=(LINE,),
    metadata={"shop": "9"},
    refunds=(REFUND,),
    events=(EVENT,),
)
CHANGE = PaymentChange(
    payment_id="pay_1",
    version=5,
    merchant_id="mer_1",
    path=PATH,
    currency="EUR",
    gateway="sandbox",
    payment_method="credit_card",
    items=(EVENT,),
    refunds=(
        RefundState(
            id="ref_1",
            status="failed",
            status_reason="declined",
            amount=301,
            method="original_payment",
            reason="goodwill",
            created_by="usr_1",
            created_at=at(2),
            updated_at=at(3),
        ),
    ),
    digests=(Digest(of="ref_1", value="1:00"),),
)
TENANT = Tenant(
    id="mer_1",
    kind=TenantKind.MERCHANT,
    parent_id="org_1",
    name="A shop",
    path=PATH,
    added_by="usr_5",
    added_at=at(15),
)
PARAMETER_VALUE = ParameterValue(
    id="pval_1",
    name="refund_amount_max",
    tenant_id="mer_1",
    value={"USD": 100_000},
    effective_from=at(16),
    expires_at=at(17),
    set_by="usr_6",
    set_at=at(18),
)
POSITION = Position(
    seq=8,
    phase=Phase.STREAMING,
    start_at=9,
    token="82aa",
    read_to=10,
    scanned_to="pay_0",
    filter_until=11,
    holder="relay-1",
    generation=3,
    is_building=True,
    is_spare_empty=True,
)
WEBHOOK = UnreadWebhook(gateway="sandbox", webhook_id="wh_1", received_at=at(19), why="no JSON", body=b"{", is_cut=True)
LISTED = ListedRefund(
    row=RefundRow(
        id="ref_1",
        payment_id="pay_1",
        merchant_id="mer_1",
        status="failed",
        status_reason="declined",
        amount=301,
        currency="EUR",
        method="original_payment",
        payment_method="credit_card",
        gateway="sandbox",
        reason="goodwill",
        created_by="usr_1",
        created_at=at(2),
        updated_at=at(3),
    ),
    path=PATH,
    version=5,
    is_new=True,
    counted=(2, 3, 5),
)
ENTRY = LedgerEntry(
    id="led_1_5_0",
    payment_id="pay_1",
    merchant_id="mer_1",
    refund_id="ref_1",
    kind="refund",
    currency="EUR",
    gateway_amount=-301,
    merchant_amount=301,
    at=at(20),
)
ROLL_UP: tuple[RollUpKey, Mapping[RollUpDimensions, CountAndSum]] = (
    RollUpKey(date(2026, 3, 2), "mer_1", PATH),
    {RollUpDimensions("credit_card", "sandbox", "EUR", "goodwill", "processing", "failed"): CountAndSum(1, 301)},
)
AUDIT_ENTRY = AuditEntry(chain="mer_1", subject="pay_1", version=5, body=b"{}")
AUDIT_LINK = extend(empty_chain("mer_1"), [AUDIT_ENTRY])[-1]
FILE = BulkFile(path=PATH, key="file-key", content="00" * 16, rows=("11" * 16, "22" * 16))
