"""Payments and refunds on a memory log, each version with its event, and what the read models must hold of them.

What must hold is counted from the log itself, by what each kind of event means, not by the code that is tested.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.support.copies import replace
from tests.support.payments.payment_log import PaymentLog

from refunds.adapters.memory.projections.read_models import Generation, MemoryReadModels
from refunds.domain import ids
from refunds.domain.payment.events import Event, EventType
from refunds.domain.payment.outbox import PaymentChange, RefundState
from refunds.domain.verification.payment_snapshot import StoredPayment, StoredRefund

START = datetime(2025, 3, 1, tzinfo=UTC)
MONEY = {EventType.PAYMENT_CAPTURED: 1, EventType.REFUND_COMPLETED: -1, EventType.REFUND_REVERSED: 1}
"""What an event does to what a gateway holds of a payment."""
NEXT = {
    "draft": ("processing", EventType.REFUND_READY),
    "processing": ("completed", EventType.REFUND_COMPLETED),
    "completed": ("reversed", EventType.REFUND_REVERSED),
}


@dataclass(slots=True)
class PaperShop:
    """Writes versions of payments to the log."""

    log: PaymentLog = field(default_factory=PaymentLog)

    def capture(self, number: int) -> str:
        """A payment of 1000; numbers sort as their ids do. The id."""
        payment_id = f"pay_{number:04d}"
        stored = StoredPayment(
            id=payment_id,
            merchant_id="mer_1",
            path=("platform", "mer_1"),
            captured_amount=1000,
            reserved_amount=0,
            refunded_amount=0,
            currency="EUR",
            payment_method="credit_card",
            gateway="sandbox",
            gateway_payment_id=f"gp_{number}",
            created_at=START,
            refunds=(),
            latest=None,
            recorded_by="svc_platform",
            version=0,
        )
        self._write(stored, EventType.PAYMENT_CAPTURED, "", "", "captured", 1000)
        return payment_id

    def request(self, payment_id: str) -> str:
        """One more refund of 10 of it. The id."""
        stored = self.log.payments[payment_id]
        refund_id = f"ref_{payment_id}_{len(stored.refunds)}"
        self._write(stored, EventType.REFUND_REQUESTED, refund_id, "", "draft", 10)
        return refund_id

    def go_on(self, payment_id: str) -> None:
        """The next thing happens to it: to its first refund that goes on, or a new one is asked for."""
        stored = self.log.payments[payment_id]
        for refund in stored.refunds:
            if refund.state.status in NEXT:
                status, kind = NEXT[refund.state.status]
                self._write(stored, kind, refund.state.id, refund.state.status, status, 10)
                return
        self.request(payment_id)

    def _write(
        self, stored: StoredPayment, kind: EventType, refund_id: str, from_status: str, status: str, amount: int
    ) -> None:
        version = stored.version + 1
        event = Event(
            id=ids.event_id(stored.id, version, 0),
            type=kind,
            at=START + timedelta(seconds=len(self.log.changes)),
            refund_id=refund_id,
            actor="usr_1",
            from_status=from_status,
            status=status,
            amount=amount,
        )
        refunds = {refund.state.id: refund for refund in stored.refunds}
        if refund_id:
            refunds[refund_id] = _with(refunds.get(refund_id), event)
        change = PaymentChange(
            payment_id=stored.id,
            version=version,
            merchant_id=stored.merchant_id,
            path=stored.path,
            currency=stored.currency,
            gateway=stored.gateway,
            payment_method=stored.payment_method,
            items=(event,),
            refunds=(refunds[refund_id].state,) if refund_id else (),
        )
        self.log.write(replace(stored, version=version, refunds=tuple(refunds.values()), latest=change), change)


def _with(refund: StoredRefund | None, event: Event) -> StoredRefund:
    history = (*(refund.history if refund else ()), event)
    state = RefundState(
        id=event.refund_id,
        status=event.status,
        status_reason="",
        amount=event.amount,
        method="original_payment",
        reason="duplicate",
        created_by="usr_1",
        created_at=history[0].at,
        updated_at=event.at,
    )
    return StoredRefund(
        state=state,
        idempotency_key=f"k_{event.refund_id}",
        due_at=None,
        attempts=(),
        history=history,
        history_count=len(history),
    )


Tallies = Mapping[tuple[str, str], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Counted:
    """Rows as (status, version), ledger as amounts by event, roll-ups as (count, amount) by change of status, audit."""

    rows: Mapping[str, tuple[str, int]]
    ledger: Mapping[str, int]
    roll_ups: Tallies
    audit: Mapping[tuple[str, int], int]


def recount(log: PaymentLog) -> Counted:
    """What the log says."""
    rows: dict[str, tuple[str, int]] = {}
    ledger: dict[str, int] = {}
    counts: Counter[tuple[str, str]] = Counter()
    amounts: Counter[tuple[str, str]] = Counter()
    for change in log.changes:
        for event in change.items:
            if event.refund_id:
                rows[event.refund_id] = (event.status, change.version)
            if event.type in MONEY:
                ledger[event.id.removeprefix("evt_")] = MONEY[event.type] * event.amount
            counts[event.from_status, event.status] += 1
            amounts[event.from_status, event.status] += event.amount
    return Counted(
        rows=rows,
        ledger=ledger,
        roll_ups={key: (counts[key], amounts[key]) for key in counts},
        audit={(change.payment_id, change.version): 1 for change in log.changes},
    )


def held(models: MemoryReadModels, generation: Generation) -> Counted:
    """What this generation and the audit log hold."""
    counts: Counter[tuple[str, str]] = Counter()
    amounts: Counter[tuple[str, str]] = Counter()
    for (_, cell), (count, amount) in generation.roll_ups.items():
        counts[cell.from_status, cell.status] += count
        amounts[cell.from_status, cell.status] += amount
    return Counted(
        rows={row.row.id: (row.row.status, row.version) for row in generation.rows.values()},
        ledger={entry.id.removeprefix("led_"): entry.gateway_amount for entry in generation.ledger.values()},
        roll_ups={key: (counts[key], amounts[key]) for key in counts},
        audit=Counter((entry.subject, entry.version) for entry in models.audit),
    )
