"""Lists of refunds, read from read models, which get each change with a short delay."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from refunds.domain.tenancy import Scope


class RefundRow(Struct, frozen=True, kw_only=True):
    """One line of a list. Amount in minor units."""

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
    """Conditions, which all apply together. `cursor` is the `next_cursor` of the previous page (newest first)."""

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
    """A page of rows; `next_cursor` is empty on the last page."""

    rows: Sequence[RefundRow]
    next_cursor: str


class RefundLists(Protocol):
    """The read model of lists."""

    async def list_refunds(self, scope: Scope, wanted: RefundFilter) -> RefundPage:
        """Returns one page, newest first. Raises InvalidInput for a cursor that was not issued with a page."""
        ...
