"""Bounds of the domain that a day of few refunds would never reach, reduced during a harsh run.

The bounds keep the product's order: a payment accepts fewer refunds than its document has bytes for.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from types import ModuleType

from refunds.domain.payment import document_budget
from refunds.domain.refund import lifecycle
from refunds_simulation.bugs.patching import instead
from refunds_simulation.settings import RunSettings

BOUNDS: tuple[tuple[ModuleType, str, int], ...] = (
    (document_budget, "CHECKED_FROM", 6),
    (document_budget, "REFUNDS_BYTES_MAX", 160_000),
    (lifecycle, "ENDED_REFUNDS_MAX", 3),
)


@contextmanager
def _small_bounds() -> Iterator[None]:
    with ExitStack() as patches:
        for module, name, value in BOUNDS:
            patches.enter_context(instead(module, name, value))
        yield


def bounds_of(settings: RunSettings) -> AbstractContextManager[None]:
    """Returns the context in which that run's bounds apply."""
    return _small_bounds() if settings.is_harsh else nullcontext()
