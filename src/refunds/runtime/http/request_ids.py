"""Ids of requests: the caller's own `X-Request-Id` if it is well formed, else a new one.

A new id is the process's random part and a count, so it needs no system call. It is never stored as a key.
"""

import re
from collections.abc import Callable
from itertools import count

_OURS = re.compile(rb"[A-Za-z0-9_.-]{1,64}")


class RequestIds:
    """Makes the ids of one process; `process_part` distinguishes processes."""

    def __init__(self, process_part: str) -> None:
        self._prefix = f"req_{process_part}_"
        self._next: Callable[[], int] = count(1).__next__

    def of(self, given: bytes | None) -> str:
        """Returns the request's id."""
        if given is not None and _OURS.fullmatch(given):
            return given.decode("ascii")
        return f"{self._prefix}{self._next():x}"
