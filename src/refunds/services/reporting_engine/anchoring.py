"""The loop that anchors the audit chains, in the process whose relay appends to them; wired by the service's entry.

A chain that is behind its anchor is said in the log and in the metrics until somebody looks; nothing is anchored then.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import structlog
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from refunds.ports.anchors import AnchorBroken
from refunds.runtime.workers import repeat
from refunds.usecases.anchor_audit import AnchorAudit

log = structlog.get_logger()


@dataclass(slots=True)
class AnchoringMetrics:
    """Since the process started; `broken_count` is how many chains (or 1 for the anchor itself) the last look found."""

    anchors_count: int = 0
    broken_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchoringParts:
    """What the loop runs, when (`is_leading`), and where it counts."""

    anchor: AnchorAudit
    is_leading: Callable[[], bool]
    metrics: AnchoringMetrics
    every_s: float = 5.0


async def run_anchoring(parts: AnchoringParts, stop: asyncio.Event) -> None:
    """Looks every so often until `stop`; survives every error."""

    async def step() -> bool:
        if parts.is_leading():
            await anchor_once(parts)
        return False

    await repeat("audit.anchor", step, stop, pause_s=parts.every_s, error_pause_s=parts.every_s)


async def anchor_once(parts: AnchoringParts) -> None:
    """One look. StoreUnavailable, AnchorsUnavailable."""
    try:
        done = await parts.anchor()
    except AnchorBroken as broken:
        parts.metrics.broken_count = 1
        log.error("audit.anchor_broken", reason=str(broken), exc_info=True)
        return
    parts.metrics.broken_count = len(done.broken)
    if done.broken:
        log.error("audit.behind_anchor", chains=len(done.broken), first=done.broken[0])
    elif done.chains:
        parts.metrics.anchors_count += 1


class AnchoringCollector(Collector):
    """The loop's counts for Prometheus."""

    def __init__(self, metrics: AnchoringMetrics) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator[Metric]:
        """The present counts."""
        now = self._metrics
        yield CounterMetricFamily("refunds_audit_anchors", "Anchors of the audit chains added", now.anchors_count)
        yield GaugeMetricFamily("refunds_audit_chains_broken", "Chains that left their last anchor", now.broken_count)
