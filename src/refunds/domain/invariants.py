"""What must hold of every stored payment, checked on the whole database by `verify_invariants`. Pure.

Each check yields a line for everything that breaks it, naming the payment or refund; ids and amounts only.
"""

from collections.abc import Iterable, Iterator

from refunds.domain.ledger import LedgerEntry
from refunds.domain.states import FINAL, HOLDING, WAITS_FOR_PERSON, Holding, Status
from refunds.domain.stored import StoredPayment


def broken_amounts(stored: StoredPayment) -> Iterator[str]:
    """Reserved + refunded ≤ captured, and each equals the sum over the refunds that hold it."""
    held = dict.fromkeys(Holding, 0)
    for refund in stored.refunds:
        held[HOLDING[Status(refund.state.status)]] += refund.state.amount
    if held[Holding.RESERVED] != stored.reserved_amount:
        yield f"{stored.id}: reserves {stored.reserved_amount}, its refunds {held[Holding.RESERVED]}"
    if held[Holding.REFUNDED] != stored.refunded_amount:
        yield f"{stored.id}: refunded {stored.refunded_amount}, its refunds {held[Holding.REFUNDED]}"
    if stored.reserved_amount + stored.refunded_amount > stored.captured_amount:
        over = stored.reserved_amount + stored.refunded_amount
        yield f"{stored.id}: {over} reserved and refunded of {stored.captured_amount} captured"


def repeated_keys(stored: StoredPayment) -> Iterator[str]:
    """No idempotency key twice within a payment."""
    seen: set[str] = set()
    for refund in stored.refunds:
        if refund.idempotency_key in seen:
            yield f"{refund.state.id}: its idempotency key belongs to an earlier refund too"
        seen.add(refund.idempotency_key)


def unwaiting_refunds(stored: StoredPayment) -> Iterator[str]:
    """Every refund is at its end, or waits for a person, or has a moment at which it goes on."""
    for refund in stored.refunds:
        status = Status(refund.state.status)
        if status not in FINAL and status not in WAITS_FOR_PERSON and refund.due_at is None:
            yield f"{refund.state.id}: {status.value} and waits for nothing"


def broken_postings(stored: StoredPayment, entries: Iterable[LedgerEntry]) -> Iterator[str]:
    """The entries of a payment sum to zero, are in its currency, and leave captured − refunded at the gateway."""
    at_gateway = 0
    for entry in entries:
        at_gateway += entry.gateway_amount
        if entry.gateway_amount + entry.merchant_amount != 0 or entry.currency != stored.currency:
            yield f"{entry.id}: does not sum to zero in {stored.currency}"
    if at_gateway != stored.captured_amount - stored.refunded_amount:
        expected = stored.captured_amount - stored.refunded_amount
        yield f"{stored.id}: the ledger leaves {at_gateway} at the gateway, the payment {expected}"
