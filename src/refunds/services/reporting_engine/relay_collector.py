"""Exports the counts of the relay, the publisher and refunds to Prometheus, each time `/metrics` is read."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from refunds.services.reporting_engine.loop import RelayMetrics


class RelayCollector(Collector):
    """Exports the metrics of one reader of the feed.

    The names of the metrics begin with `prefix`. `target` names where the reader writes the events.
    """

    def __init__(self, metrics: RelayMetrics, prefix: str = "refunds_relay", target: str = "the read models") -> None:
        self._metrics = metrics
        self._prefix = prefix
        self._target = target

    def collect(self) -> Iterator[Metric]:
        """Yields the current counts."""
        now, prefix, target = self._metrics, self._prefix, self._target
        yield CounterMetricFamily(f"{prefix}_events", f"Events carried into {target}.", now.events_count)
        yield CounterMetricFamily(f"{prefix}_errors", "Steps that failed and were tried again.", now.errors_count)
        yield CounterMetricFamily(
            f"{prefix}_unreadable", "Changes that could not be read, replaced from histories.", now.unreadable_count
        )
        yield GaugeMetricFamily(
            f"{prefix}_quarantined", "Payments that cannot be applied and wait to be retried.", now.quarantined_count
        )
        yield GaugeMetricFamily(
            f"{prefix}_is_full",
            "1 while it has stopped because its quarantine is full.",
            float(now.is_full),
        )
        yield GaugeMetricFamily(
            f"{prefix}_lag_seconds", "Seconds since the time up to which all is carried.", now.lag_s
        )
        yield GaugeMetricFamily(
            f"{prefix}_is_leading", "1 in the process that carries them.", float(now.is_leading and not now.is_stalled)
        )


class RefundsCollector(Collector):
    """Exports how many refunds reached each status since the relay's process started."""

    def __init__(self, metrics: RelayMetrics) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator[Metric]:
        """Yields the current counts."""
        labels = ("status", "currency")
        numbers = CounterMetricFamily(
            "refunds_status_changes", "Refunds that came to a status, counted where the relay leads.", labels=labels
        )
        amounts = CounterMetricFamily(
            "refunds_status_changes_minor_units", "Amounts of these refunds, in minor units.", labels=labels
        )
        for key, number in sorted(self._metrics.statuses.items()):
            numbers.add_metric(key, number)
            amounts.add_metric(key, self._metrics.minor_units[key])
        yield numbers
        yield amounts
