"""A tiny asyncio HTTP/1.1 server to check the load generator with: answers as ordered, counts what came."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Answer = Callable[[int], tuple[int, bytes, float]]
"""From the number of the request (0 for the first): status, body, seconds to wait; status 0 hangs up."""


@dataclass(slots=True)
class AnsweringServer:
    """One server; `port` is known once it listens."""

    answer: Answer
    port: int = 0
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until it is closed."""
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(
                    (int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length:")), 0
                )
                body = await reader.readexactly(length)
                status, content, wait_s = self.answer(len(self.requests))
                self.requests.append(head + body)
                if status == 0:
                    break
                await asyncio.sleep(wait_s)
                writer.write(b"HTTP/1.1 %d X\r\ncontent-length: %d\r\n\r\n%b" % (status, len(content), content))
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def answering(answer: Answer) -> AsyncIterator[AnsweringServer]:
    """A running server on a free loopback port."""
    server = AnsweringServer(answer=answer)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()
        listening.close_clients() if hasattr(listening, "close_clients") else None
