"""Opens the registry of a process's metrics.

The services and the web application add their metrics to the registry, and `/metrics` shows all of them.
"""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Gauge, ProcessCollector, disable_created_metrics


def open_registry(*, stuck_count: Callable[[], int], unreadable_count: Callable[[], int]) -> CollectorRegistry:
    """Returns a registry with the metrics that every service has, and with process metrics from /proc.

    Also turns off the `_created` series of counters and histograms in this process.
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
