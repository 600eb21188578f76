"""A TCP proxy before a server that can lose the answer to a request after the server has carried it out, or hold it.

For tests of lost answers: what is not answered to the client has happened all the same. A request that is held
reaches the server when it is let go; other connections go on meanwhile.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

CHUNK_BYTES = 1 << 20


@dataclass(slots=True)
class FlakyProxy:
    """`lose_answers_to` and `is_away` may be changed at any moment."""

    server_port: int
    port: int = 0
    is_away: bool = False
    lost_count: int = 0
    _word: bytes = b""
    _losses_left: int = 0
    held_count: int = 0
    _is_held: Callable[[bytes], bool] | None = None
    _let_go: asyncio.Event = field(default_factory=asyncio.Event)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _lines: set["asyncio.Task[None]"] = field(default_factory=set)

    def lose_answers_to(self, word: bytes, times: int) -> None:
        """The next `times` requests whose bytes hold `word` are carried out; their connections then end unanswered."""
        self._word, self._losses_left = word, times

    def hold(self, is_held: Callable[[bytes], bool]) -> None:
        """Requests of which this is true wait until `let_go`."""
        self._is_held = is_held
        self._let_go.clear()

    def let_go(self) -> None:
        """What is held goes on, and nothing is held any more."""
        self._is_held = None
        self._let_go.set()

    def go_away(self) -> None:
        """Ends all connections and takes no new ones."""
        self.is_away = True
        for writer in self._writers:
            writer.transport.abort()

    def come_back(self) -> None:
        """Serves again."""
        self.is_away = False

    async def line(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of a client."""
        if self.is_away:
            writer.transport.abort()
            return
        try:
            server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self.server_port)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, server_writer}
        is_muted = asyncio.Event()
        down = asyncio.create_task(self._answers(server_reader, writer, is_muted))
        try:
            await self._requests(reader, server_writer, is_muted)
        finally:
            down.cancel()
            for end in (writer, server_writer):
                end.transport.abort()
                self._writers.discard(end)

    async def _requests(
        self, reader: asyncio.StreamReader, server: asyncio.StreamWriter, is_muted: asyncio.Event
    ) -> None:
        with contextlib.suppress(OSError):
            while request := await reader.read(CHUNK_BYTES):
                if self._losses_left > 0 and self._word in request:
                    self._losses_left -= 1
                    is_muted.set()
                if self._is_held is not None and self._is_held(request):
                    self.held_count += 1
                    await self._let_go.wait()
                server.write(request)
                await server.drain()

    async def _answers(
        self, server: asyncio.StreamReader, writer: asyncio.StreamWriter, is_muted: asyncio.Event
    ) -> None:
        with contextlib.suppress(OSError):
            while answer := await server.read(CHUNK_BYTES):
                if is_muted.is_set():
                    self.lost_count += 1
                    break
                writer.write(answer)
                await writer.drain()
        writer.transport.abort()


@contextlib.asynccontextmanager
async def flaky_proxy(server_port: int) -> AsyncIterator[FlakyProxy]:
    """A proxy on a free loopback port."""
    proxy = FlakyProxy(server_port)
    server = await asyncio.start_server(proxy.line, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    async with server:
        yield proxy
        proxy.go_away()
