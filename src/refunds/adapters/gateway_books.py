"""Reads the sandbox gateway's books over HTTP, for verification. See `ports.gateway.gateway_books`."""

from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import quote

import aiohttp
import msgspec

from refunds.domain.verification.gateway_books import GatewayAccount, Movement
from refunds.ports.gateway.gateway_books import BooksPage, BooksUnavailable

NOT_FOUND = 404

T = TypeVar("T")


class _Movement(msgspec.Struct, frozen=True):
    gateway_refund_id: str
    amount: int
    reference: str | None = None
    arn: str | None = None


class _Account(msgspec.Struct, frozen=True):
    gateway_payment_id: str
    moved: int
    currency: str
    movements: list[_Movement]


class _Page(msgspec.Struct, frozen=True):
    data: list[_Account]
    next_cursor: str | None = None


class SandboxBooks:
    """The books that the sandbox gateway serves at `url`.

    The object is an asynchronous context manager, which opens and closes the connections.
    """

    def __init__(self, url: str, *, api_key: str = "", page_accounts: int = 500, timeout_s: float = 10.0) -> None:
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._page_accounts = page_accounts
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self._session: aiohttp.ClientSession | None = None

    @property
    def gateway(self) -> str:
        """See the port."""
        return "sandbox"

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=self._timeout, headers=self._headers)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def page(self, cursor: str) -> BooksPage:
        """See the port."""
        query = {"limit": str(self._page_accounts)} | ({"cursor": cursor} if cursor else {})
        body = await self._get("/books", query)
        if body is None:
            raise BooksUnavailable
        page = _decoded(body, _Page)
        return BooksPage(accounts=[_to_account(a) for a in page.data], next_cursor=page.next_cursor or "")

    async def account(self, gateway_payment_id: str) -> GatewayAccount | None:
        """See the port."""
        body = await self._get(f"/books/{quote(gateway_payment_id, safe='')}", {})
        return None if body is None else _to_account(_decoded(body, _Account))

    async def _get(self, path: str, query: dict[str, str]) -> bytes | None:
        """Returns the response's body, or None if the status is 404. Raises BooksUnavailable for all other errors."""
        if self._session is None:
            raise BooksUnavailable
        try:
            async with self._session.get(self._url + path, params=query) as answer:
                if answer.status == NOT_FOUND:
                    return None
                answer.raise_for_status()
                return await answer.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise BooksUnavailable from error


def _decoded(body: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.MsgspecError as error:
        raise BooksUnavailable from error


def _to_account(account: _Account) -> GatewayAccount:
    return GatewayAccount(
        gateway_payment_id=account.gateway_payment_id,
        currency=account.currency,
        moved=account.moved,
        movements=tuple(
            Movement(
                gateway_refund_id=m.gateway_refund_id, reference=m.reference or "", amount=m.amount, arn=m.arn or ""
            )
            for m in account.movements
        ),
    )
