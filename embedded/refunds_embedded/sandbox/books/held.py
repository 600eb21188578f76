"""Responses that are sent late or never: a limited number is kept open, and all end when the sandbox stops.

Used by the gateway. A response that is never sent waits in real time, a late one on the sandbox's clock.
"""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager

from refunds_embedded.sandbox.books.due import DueQueue
from refunds_embedded.sandbox.clock import SandboxClock

LATE_ANSWERS_AT_ONCE_MAX = 1_000

Gone = Callable[[], Awaitable[None]]


class HeldAnswers:
    """Counts and ends responses that are kept open; `run` is its one worker."""

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
        """True if no more responses may be kept open."""
        return self.count >= self._held_max

    @contextmanager
    def counted(self) -> Generator[None]:
        """Counts one open response as long as the `with` block runs."""
        self.count += 1
        try:
            yield
        finally:
            self.count -= 1

    async def withhold(self, gone: Gone) -> None:
        """Waits until the caller disconnects (`gone` returns), the maximum time is over, or the sandbox stops."""
        await self._first_of(asyncio.ensure_future(gone()), self._hold_ms / 1_000)

    async def delay(self) -> None:
        """Waits for the delay, or until the sandbox stops."""
        over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._late.put(self._clock.now_ms() + self._delay_ms, over)
        await self._first_of(over, None)

    def release(self) -> None:
        """Ends all waits, because the sandbox stops."""
        self._released.set()

    def nudge(self) -> None:
        """Checks again which delays are over, because the clock was advanced."""
        self._late.nudge()

    async def run(self) -> None:
        """Ends the delays that are over, until the task is cancelled."""
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
