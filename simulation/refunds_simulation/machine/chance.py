"""Random streams by name: each part of a run has its own, so leaving out one part does not change the others."""

import hashlib
from random import Random


def stream(seed: int, name: str) -> Random:
    """Returns the stream of that name; it is the same in every process."""
    digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
    return Random(int.from_bytes(digest[:8], "big"))
