"""Reduces limits of the domain during harsh simulations.

A day with few refunds would never reach the product's own limits. As in the product, a payment reaches its maximum
number of refunds before its document reaches its maximum size.
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
    """Returns the context in which the limits for these settings apply."""
    return _small_bounds() if settings.is_harsh else nullcontext()
