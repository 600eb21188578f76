"""How many examples a property test draws: all of them, or a quarter in the quick tier (`make check`)."""

import os

QUARTER = os.environ.get("TESTS_EXAMPLES") == "quarter"


def examples(count: int) -> int:
    """The number to draw where a full run draws `count`."""
    return count // 4 if QUARTER else count
