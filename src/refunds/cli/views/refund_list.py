"""Defines the filters of `refunds refund list`, and makes the API's query from them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from cyclopts import Parameter

from refunds.cli.client.amounts import minor_units
from refunds.cli.client.choices import RefundMethodChoice, StatusChoice
from refunds.cli.client.subject_ids import payment_id_of
from refunds.cli.client.whole_numbers import whole
from refunds.cli.errors import failure
from refunds.texts import command_facts as facts


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Filters for a list of refunds. A refund is listed if it meets all conditions.

    Parameters
    ----------
    status
        Only refunds with this status.
    merchant
        Only refunds of this merchant.
    payment
        Only refunds of this payment.
    currency
        Only refunds in this currency.
    method
        Only refunds by this method.
    reason
        Only refunds that were requested with this reason code.
    amount_min
        Only refunds of at least this amount, as 12.50. Needs --currency.
    amount_max
        Only refunds of at most this amount, as 12.50. Needs --currency.
    created_from
        Only refunds created at this time (UTC) or later.
    created_before
        Only refunds created before this time (UTC).
    limit
        Number of lines on a page.
    cursor
        `next_cursor` of the previous page.
    """

    status: StatusChoice = None
    merchant: str | None = None
    payment: str | None = None
    currency: str | None = None
    method: RefundMethodChoice = None
    reason: str | None = None
    amount_min: str | None = None
    amount_max: str | None = None
    created_from: datetime | None = None
    created_before: datetime | None = None
    limit: Annotated[int, whole(gte=1, lte=100)] = 20
    cursor: str | None = None

    def query(self) -> dict[str, str]:
        """Returns the query with the API's names. Options that were not given are left out.

        Raises CommandFailed if an amount is invalid, or if a refund's id is given as the payment.
        """
        wanted: dict[str, str | int | None] = {
            "limit": self.limit,
            "cursor": self.cursor,
            "status": self.status.value if self.status else None,
            "merchant_id": self.merchant,
            "payment_id": payment_id_of(self.payment) if self.payment else None,
            "currency": self.currency,
            "method": self.method.value if self.method else None,
            "reason": self.reason,
            "amount_min": self._minor_units(self.amount_min),
            "amount_max": self._minor_units(self.amount_max),
            "created_from": _utc(self.created_from),
            "created_before": _utc(self.created_before),
        }
        return {name: str(value) for name, value in wanted.items() if value is not None}

    def _minor_units(self, amount: str | None) -> int | None:
        if amount is None:
            return None
        if self.currency is None:
            raise failure(facts.AmountNeedsCurrency())
        return minor_units(amount, self.currency)


EVERYTHING = Wanted()


def _utc(at: datetime | None) -> str | None:
    if at is None:
        return None
    return at.isoformat() if at.tzinfo else f"{at.isoformat()}Z"
