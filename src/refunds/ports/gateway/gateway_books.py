"""A gateway's own books, read for verification and reconciliation; never written."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from refunds.domain.errors import Unavailable
from refunds.domain.verification.gateway_books import GatewayAccount


class BooksUnavailable(Unavailable):
    """The gateway's books cannot be read now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BooksPage:
    """A page of accounts; `next_cursor` is empty on the last one."""

    accounts: Sequence[GatewayAccount]
    next_cursor: str


class GatewayBooks(Protocol):
    """The books of one gateway."""

    @property
    def gateway(self) -> str:
        """The gateway as payments name it."""
        ...

    async def page(self, cursor: str) -> BooksPage:
        """The accounts after the cursor (empty for the first page); BooksUnavailable."""
        ...

    async def account(self, gateway_payment_id: str) -> GatewayAccount | None:
        """One payment's account; None if nothing was ever moved."""
        ...
