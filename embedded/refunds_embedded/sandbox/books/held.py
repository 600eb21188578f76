"""Keeps open the responses that the gateway sends late or never. All of them end when the sandbox stops."""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager

from refunds_embedded.sandbox.books.due import DueQueue
from refunds_embedded.sandbox.clock import SandboxClock

LATE_ANSWERS_AT_ONCE_MAX = 1_000

Gone = Callable[[], Awaitable[None]]


class HeldAnswers:
    """Counts and ends the responses that are kept open. One task must call `run`."""

    def __init__(self, clock: SandboxClock, *, delay_ms: int, hold_ms: int, held_max: int) -> None:
        self._clock = clock
        self._delay_ms = delay_ms
        self._hold_ms = hold_ms
        self._held_max = held_max
        self._late: DueQueue[asyncio.Future[None]] = DueQueue(clock)
        self._released = asyncio.Event()
        self.count = 0

    @property
    def is_full(self) -> bool:
        """Returns True if no more responses may be kept open."""
        return self.count >= self._held_max

    @contextmanager
    def counted(self) -> Generator[None]:
        """Counts one open response while the `with` block runs."""
        self.count += 1
        try:
            yield
        finally:
            self.count -= 1

    async def withhold(self, gone: Gone) -> None:
        """Waits until the caller has disconnected (`gone`), the maximum time is over, or the sandbox stops."""
        await self._first_of(asyncio.ensure_future(gone()), self._hold_ms / 1_000)

    async def delay(self) -> None:
        """Waits until the delay is over or the sandbox stops."""
        over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._late.put(self._clock.now_ms() + self._delay_ms, over)
        await self._first_of(over, None)

    def release(self) -> None:
        """Ends all waits. Must be called when the sandbox stops."""
        self._released.set()

    def nudge(self) -> None:
        """Makes `run` check again which delays are over. Must be called after the clock was set forward."""
        self._late.nudge()

    async def run(self) -> None:
        """Ends the waits whose delay is over. Runs until the task is canceled."""
        while True:
            for over in await self._late.take(LATE_ANSWERS_AT_ONCE_MAX):
                if not over.done():
                    over.set_result(None)

    async def _first_of(self, end: "asyncio.Future[None]", timeout_s: float | None) -> None:
        released = asyncio.ensure_future(self._released.wait())
        first = asyncio.FIRST_COMPLETED
        with self.counted():
            try:
                await asyncio.wait((end, released), timeout=timeout_s, return_when=first)
            finally:
                end.cancel()
                released.cancel()
