"""Lists of refunds, read from projections that lag a little behind the aggregates."""

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
    """Conditions, all of which must hold. `cursor` is the `next_cursor` of the previous page (newest first)."""

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
    """A page; `next_cursor` is empty on the last one."""

    rows: Sequence[RefundRow]
    next_cursor: str


class RefundLists(Protocol):
    """The projection for lists."""

    async def list_refunds(self, scope: Scope, wanted: RefundFilter) -> RefundPage:
        """One page, newest first; InvalidInput for a cursor that no page returned."""
        ...
