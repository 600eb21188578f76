"""The sandbox's own clock, and the only use of randomness in the sandbox.

The main module creates the clock and passes it to all other parts. No other module of the sandbox reads the machine's
time or makes random values.
"""

import secrets
import time
from collections.abc import Callable

BOOKS_ID_BYTES = 4


def real_now_ms() -> int:
    """Returns the milliseconds since 1970 by the machine's clock."""
    return time.time_ns() // 1_000_000  # noqa: TID251 - it may not use the product's clock


def new_books_id() -> str:
    """Returns eight random hexadecimal digits, which distinguish the books of different folders."""
    return secrets.token_hex(BOOKS_ID_BYTES)


class SandboxClock:
    """The machine's clock plus the time by which the sandbox was set forward. It never goes back."""

    def __init__(self, read_ms: Callable[[], int] = real_now_ms, offset_ms: int = 0) -> None:
        self._read_ms = read_ms
        self._last_ms = 0
        self.offset_ms = offset_ms

    def now_ms(self) -> int:
        """Returns the milliseconds since 1970 by the sandbox's clock."""
        self._last_ms = max(self._last_ms, self._read_ms() + self.offset_ms)
        return self._last_ms

    def advance(self, by_ms: int) -> None:
        """Sets the sandbox's clock forward."""
        self.offset_ms += by_ms
