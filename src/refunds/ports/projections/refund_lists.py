"""Lists of refunds, read from projections that lag a little behind the aggregates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from refunds.domain.tenancy import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRow:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFilter:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPage:
    """A page; `next_cursor` is empty on the last one."""

    rows: Sequence[RefundRow]
    next_cursor: str


class RefundLists(Protocol):
    """The projection for lists."""

    async def list_refunds(self, scope: Scope, wanted: RefundFilter) -> RefundPage:
        """One page, newest first; InvalidInput for a cursor that no page returned."""
        ...
