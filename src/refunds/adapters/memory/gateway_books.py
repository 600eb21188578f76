"""A gateway's books in memory: what a test says was moved."""

from collections.abc import Sequence

from refunds.domain.gateway_books import Account, Movement
from refunds.ports.gateway_books import BooksPage

PAGE_ACCOUNTS = 2


class MemoryBooks:
    """See `ports.gateway_books`."""

    def __init__(self, gateway: str = "sandbox") -> None:
        self._gateway = gateway
        self._accounts: dict[str, Account] = {}

    @property
    def gateway(self) -> str:
        """See the port."""
        return self._gateway

    def move(self, gateway_payment_id: str, currency: str, movement: Movement) -> None:
        """Books a movement."""
        before = self._accounts.get(gateway_payment_id)
        movements = (*(before.movements if before else ()), movement)
        self._accounts[gateway_payment_id] = Account(
            gateway_payment_id=gateway_payment_id,
            currency=currency,
            moved=sum(m.amount for m in movements),
            movements=movements,
        )

    async def page(self, cursor: str) -> BooksPage:
        """See the port."""
        start = int(cursor or 0)
        accounts: Sequence[Account] = list(self._accounts.values())
        end = start + PAGE_ACCOUNTS
        return BooksPage(accounts=accounts[start:end], next_cursor=str(end) if end < len(accounts) else "")

    async def account(self, gateway_payment_id: str) -> Account | None:
        """See the port."""
        return self._accounts.get(gateway_payment_id)
