"""The registry of a process's metrics. Services and the web add their metrics; `/metrics` shows all of them."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Gauge, ProcessCollector, disable_created_metrics


def open_registry(*, stuck_count: Callable[[], int], unreadable_count: Callable[[], int]) -> CollectorRegistry:
    """Returns a registry with metrics of the process itself, from /proc, and those that every service has.

    It also disables the `_created` series of counters and histograms in this process.
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
