"""One keep-alive connection, which writes prebuilt requests and reads one answer at a time.

The drivers use this module. It reads answers that have a Content-Length, but no chunked answers. An answer that cannot
be read ends the connection.
"""

import asyncio
import re
from typing import Protocol, cast

HEAD_BYTES_MAX = 16_384
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
_BODILESS = frozenset({204, 304})


class AnswerUnreadable(Exception):
    """The data is not an HTTP/1.1 answer with a Content-Length."""


class Listener(Protocol):
    """Gets the results of a connection's requests."""

    def on_answer(self, connection: "Connection", status: int, body: bytes) -> None:
        """Called when an answer is complete. The connection is then free."""

    def on_lost(self, connection: "Connection") -> None:
        """Called when the connection is lost. A request may be lost with it."""


class Connection(asyncio.Protocol):
    """A connection on which at most one request waits for its answer (`is_busy`).

    The latency of this request counts from `since_s`.
    """

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._transport: asyncio.WriteTransport | None = None
        self._unread = b""
        self.is_busy = False
        self.since_s = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps the transport. The event loop calls this method."""
        self._transport = cast("asyncio.WriteTransport", transport)

    def send(self, request: bytes, since_s: float) -> None:
        """Sends a request. The previous request must have been answered."""
        assert self._transport is not None
        self.is_busy = True
        self.since_s = since_s
        self._transport.write(request)

    def close(self) -> None:
        """Drops the connection. `on_lost` is called afterwards."""
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Reads data from the event loop, and reports the answer if it is complete."""
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
        """Reports that the connection is lost. The event loop calls this method once."""
        self._listener.on_lost(self)


def read_answer(data: bytes) -> tuple[int, int, int] | None:
    """Returns the status, the body's start and the body's end. Returns None if part of the answer is missing.

    Raises AnswerUnreadable if the data is not an answer with a Content-Length.
    """
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
