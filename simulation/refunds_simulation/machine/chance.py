"""Gives each part of a simulation a random stream of its own.

If one part is left out, the random numbers of the other parts do not change.
"""

import hashlib
from random import Random


def stream(seed: int, name: str) -> Random:
    """Returns the random stream with this name. The stream is the same in every process."""
    digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
    return Random(int.from_bytes(digest[:8], "big"))
