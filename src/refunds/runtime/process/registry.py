"""The registry of a process's metrics. Services and the web add theirs to it; `/metrics` shows it."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Gauge, ProcessCollector, disable_created_metrics


def open_registry(*, stuck_count: Callable[[], int], unreadable_count: Callable[[], int]) -> CollectorRegistry:
    """A registry with the figures of the process itself, from /proc, and those that every service has.

    From now on no counter and no histogram of the process has a `_created` series beside it.
    """
    disable_created_metrics()  # type: ignore[no-untyped-call]  # the package has no types for it
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    stuck = Gauge(
        "refunds_sweep_quarantined",
        "Due payments that cannot be claimed or read; tried again later.",
        registry=registry,
    )
    stuck.set_function(lambda: float(stuck_count()))
    unreadable = Gauge(
        "refunds_settings_unreadable",
        "Stored tenants and parameter values that cannot be read.",
        registry=registry,
    )
    unreadable.set_function(lambda: float(unreadable_count()))
    return registry
