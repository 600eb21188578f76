"""One keep-alive connection: writes prebuilt request bytes, reads one answer at a time.

Used by the drivers. Supports Content-Length and no chunks: an answer that it cannot read ends the connection.
"""

import asyncio
import re
from typing import Protocol, cast

HEAD_BYTES_MAX = 16_384
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
_BODILESS = frozenset({204, 304})


class AnswerUnreadable(Exception):
    """Not an HTTP/1.1 answer with a Content-Length."""


class Listener(Protocol):
    """Gets the outcome of a request."""

    def on_answer(self, connection: "Connection", status: int, body: bytes) -> None:
        """The answer is complete; the connection is free."""

    def on_lost(self, connection: "Connection") -> None:
        """The connection is gone, with or without a request on it."""


class Connection(asyncio.Protocol):
    """At most one request is under way (`is_busy`); `since_s` is what its latency counts from."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._transport: asyncio.WriteTransport | None = None
        self._unread = b""
        self.is_busy = False
        self.since_s = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by the loop."""
        self._transport = cast("asyncio.WriteTransport", transport)

    def send(self, request: bytes, since_s: float) -> None:
        """Send the next request; the one before must have been answered."""
        assert self._transport is not None
        self.is_busy = True
        self.since_s = since_s
        self._transport.write(request)

    def close(self) -> None:
        """Drop the connection; `on_lost` follows."""
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Called by the loop with whatever has come."""
        if self._unread:
            data = self._unread + data
        try:
            found = read_answer(data)
        except AnswerUnreadable:
            self.close()
            return
        if found is None:
            self._unread = data
            return
        status, body_at, end = found
        self._unread = b""
        self.is_busy = False
        self._listener.on_answer(self, status, data[body_at:end])

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the loop's signature
        """Called by the loop, once."""
        self._listener.on_lost(self)


def read_answer(data: bytes) -> tuple[int, int, int] | None:
    """(status, where the body begins, where it ends), or None while it is not all there."""
    head_end = data.find(b"\r\n\r\n")
    if head_end < 0:
        if len(data) > HEAD_BYTES_MAX:
            raise AnswerUnreadable
        return None
    if not data.startswith(b"HTTP/1.1 ") or not data[9:12].isdigit():
        raise AnswerUnreadable
    status = int(data[9:12])
    found = _LENGTH.search(data, 0, head_end)
    if found is None and status not in _BODILESS:
        raise AnswerUnreadable
    end = head_end + 4 + (int(found[1]) if found is not None and status not in _BODILESS else 0)
    return (status, head_end + 4, end) if len(data) >= end else None
