"""Calls the public HTTP API with a limited number of connections.

Every command and the demonstration use this module. A call is repeated if it was refused because of load (429, 503) or
if its connection was lost. The repeat has the same Idempotency-Key and waits as long as the response asks for.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote

import aiohttp
import msgspec

from refunds.cli.client.problems import line_of
from refunds.cli.errors import CommandFailed, failure
from refunds.texts import command_facts as facts

CONNECTIONS_MAX = 64
CALL_TIMEOUT_S = 30
TRIES_MAX = 8
RETRY_WAIT_S, RETRY_WAIT_MAX_S = 0.25, 10.0
RETRIED_STATUSES = frozenset({429, 503})

Body = TypeVar("Body")
Sleep = Callable[[float], Awaitable[object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to the API. `path` contains one `{}` for each of `ids`, and an id may be any text.

    `key` is the Idempotency-Key of a request that creates something.
    """

    method: str
    path: str
    ids: tuple[str, ...] = ()
    body: msgspec.Struct | None = None
    query: Mapping[str, str] | None = None
    key: str = ""

    @property
    def target(self) -> str:
        """Returns the path with its ids, which are percent-encoded.

        Raises CommandFailed if an id cannot be part of a path.
        """
        return self.path.format(*map(_encoded, self.ids))


def _encoded(text: str) -> str:
    if text in ("", ".", ".."):  # a path without this part
        raise failure(facts.NotAnId(text=repr(text)))
    return quote(text, safe="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The API's response to a call. `tries` is the number of calls that were made, including repeats.

    `elapsed_s` is the duration of the last call in seconds.
    """

    status: int
    body: bytes
    is_replay: bool
    elapsed_s: float
    tries: int

    @property
    def is_success(self) -> bool:
        """True if the HTTP status is 2xx."""
        return 200 <= self.status < 300

    def read(self, of: type[Body]) -> Body:
        """Decodes the body of a successful response.

        Raises CommandFailed if the status is not 2xx or the body cannot be decoded.
        """
        if not self.is_success:
            raise CommandFailed(line_of(self.status, self.body), self.body)
        try:
            return msgspec.json.decode(self.body, type=of)
        except msgspec.DecodeError as error:
            raise failure(facts.AnswerUnexpected(error=str(error))) from None


class Client:
    """Calls the API of one instance. Use `connected` to open a client."""

    def __init__(
        self, session: aiohttp.ClientSession, url: str, sleep: Sleep = asyncio.sleep, tries_max: int = TRIES_MAX
    ) -> None:
        self._tries_max = tries_max
        self._session = session
        self._url = url
        self._sleep = sleep

    async def send(self, call: Call, bearer: str) -> Answer:
        """Sends the call and returns the response. After a 429, a 503 or a lost connection, sends the call again.

        At most `tries_max` calls are made. After that, returns the last response, or raises the error of the lost
        connection. A call that may not be repeated raises that error at once.
        """
        tries = 1
        while True:
            try:
                answer, wait_s = await self._try(call, bearer, tries)
            except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
                if tries >= self._tries_max or not _is_repeatable(call):
                    raise
                wait_s = RETRY_WAIT_S * tries
            else:
                if answer.status not in RETRIED_STATUSES or tries >= self._tries_max:
                    return answer
            await self._sleep(min(wait_s, RETRY_WAIT_MAX_S))
            tries += 1

    async def _try(self, call: Call, bearer: str, tries: int) -> tuple[Answer, float]:
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        if call.key:
            headers["Idempotency-Key"] = call.key
        data = None
        if call.body is not None:
            headers["Content-Type"] = "application/json"
            data = msgspec.json.encode(call.body)
        began_s = time.perf_counter()
        async with self._session.request(
            call.method, self._url + call.target, data=data, headers=headers, params=call.query
        ) as response:
            body = await response.read()
            answer = Answer(
                status=response.status,
                body=body,
                is_replay=response.headers.get("Idempotent-Replayed", "") == "true",
                elapsed_s=time.perf_counter() - began_s,
                tries=tries,
            )
            return answer, _requested_wait(response.headers.get("Retry-After", ""))


def _is_repeatable(call: Call) -> bool:
    return call.method == "GET" or bool(call.key)


def _requested_wait(retry_after: str) -> float:
    return float(retry_after) if retry_after.isdigit() else RETRY_WAIT_S


@asynccontextmanager
async def connected(url: str, sleep: Sleep = asyncio.sleep, *, tries_max: int = TRIES_MAX) -> AsyncIterator[Client]:
    """Yields a client that has its own limited pool of connections."""
    connector = aiohttp.TCPConnector(limit=CONNECTIONS_MAX)
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=CALL_TIMEOUT_S, sock_read=CALL_TIMEOUT_S)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        yield Client(session, url, sleep, tries_max)
