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
    """A page of accounts; `next_cursor` is empty on the last page."""

    accounts: Sequence[GatewayAccount]
    next_cursor: str


class GatewayBooks(Protocol):
    """The books of one gateway."""

    @property
    def gateway(self) -> str:
        """Returns the name that payments use for the gateway."""
        ...

    async def page(self, cursor: str) -> BooksPage:
        """Returns the accounts after the cursor (empty for the first page). Raises BooksUnavailable."""
        ...

    async def account(self, gateway_payment_id: str) -> GatewayAccount | None:
        """Returns one payment's account; None if no money was ever moved."""
        ...
