"""Stores a gateway's books in memory. The simulated gateway or a test adds the movements of money."""

from collections.abc import Sequence

from refunds.adapters.memory.line import DIRECT, Line, LineLost, NotSent
from refunds.domain.verification.gateway_books import GatewayAccount, Movement
from refunds.ports.gateway.gateway_books import BooksPage, BooksUnavailable

PAGE_ACCOUNTS = 2


class MemoryBooks:
    """See `ports.gateway.gateway_books`."""

    def __init__(self, gateway: str = "sandbox", *, page_accounts: int = PAGE_ACCOUNTS, line: Line = DIRECT) -> None:
        self._gateway = gateway
        self._page_accounts = page_accounts
        self._line = line
        self._accounts: dict[str, GatewayAccount] = {}

    @property
    def gateway(self) -> str:
        """See the port."""
        return self._gateway

    def move(self, gateway_payment_id: str, currency: str, movement: Movement) -> None:
        """Adds a movement of money to a payment's account."""
        before = self._accounts.get(gateway_payment_id)
        movements = (*(before.movements if before else ()), movement)
        self._accounts[gateway_payment_id] = GatewayAccount(
            gateway_payment_id=gateway_payment_id,
            currency=currency,
            moved=sum(m.amount for m in movements),
            movements=movements,
        )

    async def page(self, cursor: str) -> BooksPage:
        """See the port."""

        def read() -> BooksPage:
            start = int(cursor or 0)
            accounts: Sequence[GatewayAccount] = list(self._accounts.values())
            end = start + self._page_accounts
            return BooksPage(accounts=accounts[start:end], next_cursor=str(end) if end < len(accounts) else "")

        try:
            return await self._line.call("gateway.books", read)
        except (NotSent, LineLost) as error:
            raise BooksUnavailable from error

    async def account(self, gateway_payment_id: str) -> GatewayAccount | None:
        """See the port."""
        try:
            return await self._line.call("gateway.books", lambda: self._accounts.get(gateway_payment_id))
        except (NotSent, LineLost) as error:
            raise BooksUnavailable from error
