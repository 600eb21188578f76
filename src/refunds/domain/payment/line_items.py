"""Checks the line items of payments and of refunds.

A payment's line items are compared with the captured amount when the payment is recorded. A refund's line items are
compared with the payment's line items when the refund is requested or submitted. Only refunds that reserve money or
have moved money count. A payment without line items accepts refunds with any line items. All functions are pure.
"""

from collections.abc import Iterable

from msgspec import Struct

from refunds.domain.errors import LineItemExceedsPayment, LineItemsExceedCaptured
from refunds.domain.invalid_input import LineItemUnknown
from refunds.domain.payment.payment import LineItem, Payment
from refunds.domain.payment.states import RESERVATION_EFFECTS, ReservationEffect


class _Sum(Struct, frozen=True, kw_only=True):
    """The sums of quantity, amount and tax of one line item. Amounts are in minor units."""

    quantity: int = 0
    amount: int = 0
    tax_amount: int = 0

    def more(self, item: LineItem) -> "_Sum":
        return _Sum(
            quantity=self.quantity + item.quantity,
            amount=self.amount + item.amount,
            tax_amount=self.tax_amount + item.tax_amount,
        )


def check_captured_lines(items: Iterable[LineItem], captured_amount: int, currency: str) -> None:
    """Raises LineItemsExceedCaptured if the line items sum to more than the captured amount.

    They may sum to less, for example if shipping is not a line item.
    """
    total = 0
    for index, item in enumerate(items):
        total += item.amount
        if total > captured_amount:
            raise LineItemsExceedCaptured(
                pointer=f"/line_items/{index}/amount", sum_of_items=total, captured=captured_amount, currency=currency
            )


def check_lines(payment: Payment, items: tuple[LineItem, ...]) -> None:
    """Raises LineItemExceedsPayment if the items together with earlier refunds exceed a line item of the payment.

    Raises LineItemUnknown for an item that the payment does not have.
    """
    if not items or not payment.line_items:
        return
    captured = _sums(payment.line_items)
    taken = _sums(
        item
        for refund in payment.refunds
        if RESERVATION_EFFECTS[refund.status] is not ReservationEffect.NOTHING
        for item in refund.line_items
    )
    for index, item in enumerate(items):
        if item.id not in captured:
            raise LineItemUnknown(pointer=f"/line_items/{index}/id")
        before, most = taken.get(item.id, _Sum()), captured[item.id]
        after = taken[item.id] = before.more(item)
        for field in ("quantity", "amount", "tax_amount"):
            if getattr(after, field) > getattr(most, field):
                raise LineItemExceedsPayment(
                    pointer=f"/line_items/{index}/{field}",
                    asked=getattr(item, field),
                    left=max(getattr(most, field) - getattr(before, field), 0),
                )


def _sums(items: Iterable[LineItem]) -> dict[str, _Sum]:
    sums: dict[str, _Sum] = {}
    for item in items:
        sums[item.id] = sums.get(item.id, _Sum()).more(item)
    return sums
