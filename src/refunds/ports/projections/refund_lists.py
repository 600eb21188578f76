"""Lists refunds from the read models. The read models get each change with a short delay."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from refunds.domain.tenancy import Scope


class RefundRow(Struct, frozen=True, kw_only=True):
    """One row of a list of refunds. The amount is in minor units."""

    id: str
    payment_id: str
    merchant_id: str
    status: str
    status_reason: str
    amount: int
    currency: str
    method: str
    payment_method: str
    gateway: str
    reason: str
    created_by: str
    created_at: datetime
    updated_at: datetime


class RefundFilter(Struct, frozen=True, kw_only=True):
    """The conditions that every listed refund must meet. A condition that is empty or None is ignored.

    `cursor` is the `next_cursor` of the previous page. The newest refunds come first.
    """

    limit: int
    cursor: str = ""
    status: str = ""
    merchant_id: str = ""
    payment_id: str = ""
    currency: str = ""
    method: str = ""
    reason: str = ""
    amount_min: int | None = None
    amount_max: int | None = None
    created_from: datetime | None = None
    created_before: datetime | None = None


class RefundPage(Struct, frozen=True, kw_only=True):
    """A page of a list of refunds. `next_cursor` is empty on the last page."""

    rows: Sequence[RefundRow]
    next_cursor: str


class RefundLists(Protocol):
    """Lists refunds from the read models."""

    async def list_refunds(self, scope: Scope, wanted: RefundFilter) -> RefundPage:
        """Returns one page of refunds, with the newest refund first.

        Raises InvalidInput if the cursor is not the `next_cursor` of a page.
        """
        ...
