"""Counts the requests of the web for Prometheus.

The metrics are the requests by route and status, their duration, and the requests in progress. Each combination of
labels is looked up only once, because the look-up costs more than the count.
"""

from collections.abc import Callable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

CONTENT_TYPE = CONTENT_TYPE_LATEST.encode()
BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class WebMetrics:
    """The metrics of one web application. `registry` may contain further metrics."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        labels = ("method", "route", "status")
        self._seconds = Histogram(
            "refunds_http_request_seconds", "Time to answer, by route.", labels, buckets=BUCKETS_S, registry=registry
        )
        self._refused = Counter(
            "refunds_http_problems", "Problem answers, by code.", ("route", "code"), registry=registry
        )
        self._in_flight = Gauge(
            "refunds_http_in_flight", "Requests being answered, until their answers are sent.", registry=registry
        )
        self._bodies = Gauge("refunds_http_body_bytes", "Bytes of request bodies in memory.", registry=registry)
        self._waits = Gauge(
            "refunds_http_estimated_wait_seconds",
            "Estimated wait of a request that begins now, by kind of request.",
            ("kind",),
            registry=registry,
        )
        self._refused_for_load = Counter(
            "refunds_http_load_refusals",
            "Requests refused because of load, by kind of request and reason.",
            ("kind", "reason"),
            registry=registry,
        )
        self._children: dict[tuple[str, str, int], Histogram] = {}

    def watch(self, in_flight: Callable[[], int], body_bytes: Callable[[], int]) -> None:
        """Sets the functions that return the current numbers when the metrics are read.

        `in_flight` counts the requests in progress. `body_bytes` counts the bytes of bodies in memory.
        """
        self._in_flight.set_function(in_flight)
        self._bodies.set_function(body_bytes)

    def watch_waits(self, waits_s: Mapping[str, Callable[[], float]]) -> None:
        """Sets the functions that return the estimated waits, by kind of request, when the metrics are read."""
        for kind, wait_s in waits_s.items():
            self._waits.labels(kind).set_function(wait_s)

    def refused_for_load(self, kind: str, reason: str) -> None:
        """Counts one request that was refused because of load."""
        self._refused_for_load.labels(kind, reason).inc()

    def answered(self, method: str, route: str, status: int, took_s: float) -> None:
        """Counts one response and its duration in seconds."""
        key = (method, route, status)
        child = self._children.get(key)
        if child is None:
            child = self._children[key] = self._seconds.labels(method, route, str(status))
        child.observe(took_s)

    def refused(self, route: str, code: str) -> None:
        """Counts one request that was answered with a problem document."""
        self._refused.labels(route, code).inc()

    def text(self) -> bytes:
        """Returns all metrics of the registry in the text format of Prometheus."""
        return generate_latest(self.registry)
