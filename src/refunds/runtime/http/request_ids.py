"""Chooses the id of each request.

The id is the caller's own `X-Request-Id` if that is well formed, else a new id. A new id consists of the random part of
the process and a count, so no system call is needed. Request ids are never stored as keys.
"""

import re
from collections.abc import Callable
from itertools import count

_OURS = re.compile(rb"[A-Za-z0-9_.-]{1,64}")


class RequestIds:
    """Creates the request ids of one process. `process_part` makes the ids of different processes different."""

    def __init__(self, process_part: str) -> None:
        self._prefix = f"req_{process_part}_"
        self._next: Callable[[], int] = count(1).__next__

    def of(self, given: bytes | None) -> str:
        """Returns the id `given` by the caller if it is well formed, else a new id."""
        if given is not None and _OURS.fullmatch(given):
            return given.decode("ascii")
        return f"{self._prefix}{self._next():x}"
