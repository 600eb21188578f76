"""Describes a route, the request that its handler receives, and the answer that its handler returns.

The web, the OpenAPI document and the tests read these descriptions.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import msgspec

from refunds.domain.tenancy import Principal, Role, Scope
from refunds.runtime.http.headers import versions_in
from refunds.runtime.http.problems import INVALID_HEADER, problem
from refunds.texts.requests.header_facts import KeyMalformed

JSON = b"application/json"
BODY_BYTES_MAX = 256 * 1024
BODY_WITHIN_S = 20.0
KEY_CHARS_MAX = 255

ANONYMOUS = Principal(id="anonymous", role=Role.AUDITOR, scope=Scope(node_id=""))
"""The principal of callers of public routes. Its scope covers no tenant."""

HeaderPairs: TypeAlias = Sequence[tuple[bytes, bytes]]

REPLAYED: HeaderPairs = ((b"idempotent-replayed", b"true"),)
"""The header of the answer to a request that repeats an earlier request with the same key."""


@dataclass(slots=True, kw_only=True)
class Call:
    """A request as its handler receives it.

    `path_values` are in the order of the braces in the path. `headers` has one value for each name. `header_lines`
    contains all lines as they were received. `late_body` is set for routes whose handlers read the body themselves.
    """

    request_id: str
    principal: Principal
    path_values: tuple[str, ...]
    query: bytes
    headers: Mapping[bytes, bytes]
    body: bytes
    header_lines: HeaderPairs = ()
    late_body: Callable[[], Awaitable[bytes]] | None = None

    async def read_body(self) -> bytes:
        """Returns the body of the request.

        If the route has `is_body_late`, the body is received now. Raises the problems of `receive_body`.
        """
        return self.body if self.late_body is None else await self.late_body()

    def idempotency_key(self) -> str:
        """Returns the idempotency key of a request that creates something.

        Raises a problem 400 if the key is missing or malformed.
        """
        key = self.headers.get(b"idempotency-key", b"")
        text = key.decode("latin-1")
        if not 1 <= len(key) <= KEY_CHARS_MAX or not (text.isascii() and text.isprintable()):
            raise problem(INVALID_HEADER, KeyMalformed(chars_max=KEY_CHARS_MAX))
        return text

    def expected_versions(self) -> frozenset[int] | None:
        """Returns the versions in the header `If-Match`, or None if any version may be changed.

        Any version may be changed if the header is missing or `*`. Raises a problem 400 if it is not a list of ETags.
        """
        if_match = self.headers.get(b"if-match")
        return None if if_match is None else versions_in(if_match)


@dataclass(slots=True, kw_only=True)
class Answer:
    """The response of a handler.

    The content is in `body`, or it comes in parts from `stream`. Caches do not store a private response.
    """

    status: int = 200
    body: bytes = b""
    media_type: bytes = JSON
    headers: HeaderPairs = ()
    stream: AsyncGenerator[bytes, None] | None = None
    is_private: bool = True


Handler: TypeAlias = Callable[[Call], Awaitable[Answer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """An example of a request, for the documentation.

    `value` is encoded as JSON unless it is a text of another media type.
    """

    summary: str
    value: object
    media_type: bytes = JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A route of the web application.

    If `action` is None, the route is public. `request`, `response` and `query` are msgspec structs, for the
    documentation. If the query can select another type of response, `or_response` is that type.

    A route with `is_from_snapshot` is answered from the cache of this process and needs no store. If `takes` is empty,
    any media type is accepted. The handler of a route with `is_body_late` reads the body itself, with `Call.read_body`.
    If `is_documented` is False, the route is for programs that know it. Generated clients use `operation_id` as the
    name of the route's call.
    """

    method: str
    path: str
    summary: str
    handler: Handler
    action: str | None
    tag: str
    operation_id: str = ""
    description: str = ""
    status: int = 200
    request: type | None = None
    response: type | None = None
    or_response: type | None = None
    query: type | None = None
    takes: tuple[bytes, ...] = (JSON,)
    gives: bytes = JSON
    is_body_optional: bool = False
    is_body_late: bool = False
    is_query_ignored: bool = False
    is_documented: bool = True
    needs_key: bool = False
    takes_if_match: bool = False
    is_always_served: bool = False
    is_from_snapshot: bool = False
    body_bytes_max: int = BODY_BYTES_MAX
    body_within_s: float = BODY_WITHIN_S
    problems: tuple[str, ...] = ()
    request_examples: tuple[Example, ...] = ()
    response_example: object = None

    @property
    def has_body(self) -> bool:
        """True if the route reads a body."""
        return self.method != "GET"


_encoder = msgspec.json.Encoder()


def json_answer(body: object, status: int = 200, headers: HeaderPairs = ()) -> Answer:
    """Returns a response whose body is the struct as JSON."""
    return Answer(status=status, body=_encoder.encode(body), headers=headers)
