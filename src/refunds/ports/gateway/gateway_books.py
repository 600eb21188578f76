"""Reads a gateway's books for verification and reconciliation. This port never writes to the books."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from refunds.domain.errors import Unavailable
from refunds.domain.verification.gateway_books import GatewayAccount


class BooksUnavailable(Unavailable):
    """The gateway's books cannot be read now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BooksPage:
    """A page of accounts in the gateway's books. `next_cursor` is empty on the last page."""

    accounts: Sequence[GatewayAccount]
    next_cursor: str


class GatewayBooks(Protocol):
    """Reads the books of one gateway."""

    @property
    def gateway(self) -> str:
        """Returns the name that payments use for the gateway."""
        ...

    async def page(self, cursor: str) -> BooksPage:
        """Returns the next page of accounts after the cursor.

        The cursor is empty for the first page. Raises BooksUnavailable.
        """
        ...

    async def account(self, gateway_payment_id: str) -> GatewayAccount | None:
        """Returns the account of one payment, or None if the gateway moved no money for the payment."""
        ...
