"""Pauses between looks at a cache that is being changed: bounded, so that the function ends before Lambda ends it."""

import time
from collections.abc import Iterator

PAUSES_MAX = 80
PAUSE_S = 10


def pauses() -> Iterator[None]:
    """Yields after each pause, PAUSES_MAX times."""
    for _ in range(PAUSES_MAX):
        time.sleep(PAUSE_S)
        yield
