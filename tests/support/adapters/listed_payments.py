"""Lists of refunds computed from the payments themselves, for tests that have no relay. Never behind."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator

from refunds.adapters.memory.payments.payments import MemoryPayments
from refunds.adapters.memory.projections.refund_lists import matches
from refunds.domain.invalid_input import CursorUnknown
from refunds.domain.payment.payment import Payment, Refund
from refunds.domain.tenancy import Scope
from refunds.ports.projections.refund_lists import RefundFilter, RefundPage, RefundRow

_PREFIX = "v1:"


class ListedPayments:
    """Lists over a `MemoryPayments`."""

    def __init__(self, payments: MemoryPayments) -> None:
        self._payments = payments

    async def list_refunds(self, scope: Scope, wanted: RefundFilter) -> RefundPage:
        """One page, newest first."""
        after = _read_cursor(wanted.cursor)
        rows = sorted(self._rows(scope, wanted), key=_place, reverse=True)
        rest = [row for row in rows if after is None or _place(row) < after]
        page = rest[: wanted.limit]
        return RefundPage(rows=page, next_cursor=_cursor_after(page[-1]) if len(rest) > len(page) else "")

    def _rows(self, scope: Scope, wanted: RefundFilter) -> Iterator[RefundRow]:
        for payment in self._payments.all():
            if scope.covers(payment.path):
                for refund in payment.refunds:
                    row = _row(payment, refund)
                    if matches(row, wanted):
                        yield row


def _row(payment: Payment, refund: Refund) -> RefundRow:
    return RefundRow(
        id=refund.id,
        payment_id=payment.id,
        merchant_id=payment.merchant_id,
        status=refund.status.value,
        status_reason=refund.status_reason.code if refund.status_reason is not None else "",
        amount=refund.amount,
        currency=payment.currency,
        method=refund.method.value,
        payment_method=payment.payment_method.type.value,
        gateway=payment.gateway,
        reason=refund.reason.code,
        created_by=refund.created_by,
        created_at=refund.created_at,
        updated_at=refund.updated_at,
    )


def _place(row: RefundRow) -> tuple[str, str]:
    return (row.created_at.isoformat(timespec="milliseconds"), row.id)


def _cursor_after(row: RefundRow) -> str:
    return urlsafe_b64encode(f"{_PREFIX}{'|'.join(_place(row))}".encode()).decode()


def _read_cursor(cursor: str) -> tuple[str, str] | None:
    if not cursor:
        return None
    try:
        text = urlsafe_b64decode(cursor.encode("ascii")).decode("ascii")
        created_at, refund_id = text.removeprefix(_PREFIX).split("|")
    except ValueError:
        raise CursorUnknown from None
    return created_at, refund_id
