"""The sandbox's own clock. No other module of the sandbox reads the machine's time or randomness.

Created in main and passed to everything else.
"""

import secrets
import time
from collections.abc import Callable

BOOKS_ID_BYTES = 4


def real_now_ms() -> int:
    """Returns milliseconds since 1970 by the machine's clock."""
    return time.time_ns() // 1_000_000  # noqa: TID251 - it may not use the product's clock


def new_books_id() -> str:
    """Returns eight hexadecimal digits that distinguish the books of two folders."""
    return secrets.token_hex(BOOKS_ID_BYTES)


class SandboxClock:
    """The machine's clock plus the time by which the sandbox was advanced; never goes back."""

    def __init__(self, read_ms: Callable[[], int] = real_now_ms, offset_ms: int = 0) -> None:
        self._read_ms = read_ms
        self._last_ms = 0
        self.offset_ms = offset_ms

    def now_ms(self) -> int:
        """Returns milliseconds since 1970 on the sandbox's clock."""
        self._last_ms = max(self._last_ms, self._read_ms() + self.offset_ms)
        return self._last_ms

    def advance(self, by_ms: int) -> None:
        """Sets the clock forward."""
        self.offset_ms += by_ms
