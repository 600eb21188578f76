"""A gateway gone strange: answers every request with the same bytes, and keeps what it was asked."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class RawGateway:
    """`asked` holds the head of each request."""

    answer: bytes | None
    url: str = ""
    asked: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection; it is closed after its answer, or by its caller where there is none."""
        try:
            self.asked.append(await reader.readuntil(b"\r\n\r\n"))
            if self.answer is None:
                await reader.read()
                return
            writer.write(self.answer)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def http(status: int, body: bytes, *headers: str) -> bytes:
    """An answer as bytes."""
    lines = [f"HTTP/1.1 {status} X", f"content-length: {len(body)}", "connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@asynccontextmanager
async def strange(answer: bytes | None) -> AsyncIterator[RawGateway]:
    """A running one on a free loopback port."""
    gateway = RawGateway(answer)
    server = await asyncio.start_server(gateway.serve, "127.0.0.1", 0)
    gateway.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield gateway
    finally:
        server.close()


def silent() -> AbstractAsyncContextManager[RawGateway]:
    """One that reads requests and never answers."""
    return strange(None)


@asynccontextmanager
async def full_backlog() -> AsyncIterator[str]:
    """An address at which no connection is made any more and none refused: nobody accepts those that wait."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        address = listening.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(address)
        try:
            yield f"http://127.0.0.1:{address[1]}"
        finally:
            for one in waiting:
                one.close()
