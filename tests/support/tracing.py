"""Which tests coverage traces: those of single parts, and of services.

Traced, Python takes two and a half times the CPU, the emulator of AWS and the services in child processes as well.
What runs the same lines again, thousands of times, or runs none of the product, is not traced.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

UNTRACED = ("tests/e2e/", "tests/infrastructure/", "tests/property/", "tests/simulation/", "tests/unit/house/")
"""Beginnings of the ids of tests."""

OF_CHILDREN = "COVERAGE_"
"""Prefix of the environment variables by which child processes are traced."""


@contextmanager
def untraced() -> Iterator[None]:
    """Within it, neither this thread is traced nor child processes that start."""
    tracer = sys.gettrace()
    of_children = {name: value for name, value in os.environ.items() if name.startswith(OF_CHILDREN)}
    sys.settrace(None)
    for name in of_children:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(of_children)
        sys.settrace(tracer)
