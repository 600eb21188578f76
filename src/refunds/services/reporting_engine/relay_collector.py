"""The relay's own counts for Prometheus, read when `/metrics` is asked."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from refunds.services.reporting_engine.loop import RelayMetrics


class RelayCollector(Collector):
    """One per process that runs a relay."""

    def __init__(self, metrics: RelayMetrics) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator[Metric]:
        """The present counts."""
        now = self._metrics
        yield CounterMetricFamily("refunds_relay_events", "Events carried into the read models", now.events_count)
        yield CounterMetricFamily("refunds_relay_errors", "Steps that failed and were tried again", now.errors_count)
        yield GaugeMetricFamily("refunds_relay_lag_seconds", "Age of the last event applied", now.lag_s)
        yield GaugeMetricFamily("refunds_relay_is_leading", "1 in the process that relays", float(now.is_leading))
