"""Describes an HTTP request as RSGI passes it. Reads the request's body and query within limits.

The routes use this module. A request outside the limits raises CallRefused.
"""

from collections.abc import AsyncIterator, Awaitable
from typing import Protocol
from urllib.parse import parse_qs

from refunds_embedded.sandbox.errors import CallRefused

DIGITS_MAX = 12


class Headers(Protocol):
    """Gives a request's headers by their lower-case names."""

    def get(self, key: str, /) -> str | None: ...


class Scope(Protocol):
    """The method, the decoded path, the query and the headers of a request."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def query_string(self) -> str: ...
    @property
    def headers(self) -> Headers: ...


class HTTPProtocol(Protocol):
    """Reads the body of one request and sends the response."""

    def __call__(self) -> Awaitable[bytes]: ...
    def __aiter__(self) -> AsyncIterator[bytes]: ...
    def client_disconnect(self) -> Awaitable[None]: ...
    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None: ...


async def read_body(scope: Scope, proto: HTTPProtocol, bytes_max: int) -> bytes:
    """Returns the body. Raises CallRefused if the body is longer than `bytes_max`.

    If Content-Length is already too large, nothing is read.
    """
    length = scope.headers.get("content-length")
    if length is None:
        return await _read_unsized(proto, bytes_max)
    if not _is_digits(length) or int(length) > bytes_max:
        raise _too_long(bytes_max)
    return await proto()


def read_query(scope: Scope, names: tuple[str, ...]) -> dict[str, str]:
    """Returns the fields of the query. Raises CallRefused for unknown or repeated fields."""
    try:
        fields = parse_qs(scope.query_string, keep_blank_values=True, max_num_fields=len(names))
    except ValueError as error:
        raise _unknown_query(names) from error
    if any(name not in names or len(values) > 1 for name, values in fields.items()):
        raise _unknown_query(names)
    return {name: values[0] for name, values in fields.items()}


def read_whole(field: str, value: str, low: int, high: int) -> int:
    """Returns `value` as a number. Raises CallRefused unless it is a whole number from `low` to `high`."""
    if not _is_digits(value) or not low <= int(value) <= high:
        rule = f"a whole number from {low} to {high}"
        raise CallRefused("invalid_request", f"{field} must be {rule}.", field=field, rule=rule)
    return int(value)


async def _read_unsized(proto: HTTPProtocol, bytes_max: int) -> bytes:
    body = bytearray()
    async for chunk in proto:
        body += chunk
        if len(body) > bytes_max:
            raise _too_long(bytes_max)
    return bytes(body)


def _is_digits(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= DIGITS_MAX


def _too_long(bytes_max: int) -> CallRefused:
    rule = f"at most {bytes_max} bytes"
    message = f"The body must be {rule}."
    return CallRefused("body_too_long", message, status=413, field="body", rule=rule)


def _unknown_query(names: tuple[str, ...]) -> CallRefused:
    rule = f"only {', '.join(names)}, each once"
    return CallRefused("invalid_request", f"The query takes {rule}.", field="query", rule=rule)
