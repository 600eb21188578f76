"""Answers that are given late or never: held open within a bound, let go when the sandbox stops.

Used by the gateway. A withheld answer waits in real time, a late one on the sandbox's clock.
"""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager

from refunds.sandbox.books.due import DueQueue
from refunds.sandbox.clock import SandboxClock

LATE_ANSWERS_AT_ONCE_MAX = 1_000

Gone = Callable[[], Awaitable[None]]


class HeldAnswers:
    """Counts and ends what is held; `run` is its one worker."""

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
        """Whether no more answers may be held for now."""
        return self.count >= self._held_max

    @contextmanager
    def counted(self) -> Generator[None]:
        """Count one held answer for as long as the block runs."""
        self.count += 1
        try:
            yield
        finally:
            self.count -= 1

    async def withhold(self, gone: Gone) -> None:
        """Wait until the caller hangs up.

        (`gone` returns), the hold is over or the sandbox stops.
        """
        await self._first_of(asyncio.ensure_future(gone()), self._hold_ms / 1_000)

    async def delay(self) -> None:
        """Wait for the delay, or until the sandbox stops."""
        over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._late.put(self._clock.now_ms() + self._delay_ms, over)
        await self._first_of(over, None)

    def release(self) -> None:
        """Let go of all of them: the sandbox is stopping."""
        self._released.set()

    def nudge(self) -> None:
        """Look again: the clock was advanced."""
        self._late.nudge()

    async def run(self) -> None:
        """End the delays that are over, until cancelled."""
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
