"""Runs the loop that anchors the audit chains. The loop runs in the process whose relay appends to the chains.

If a chain has fewer records than its anchor covers, the log and the metrics show this. The loop then adds no anchor
until a person begins a new epoch, which is a new sequence of anchors.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import structlog
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from refunds.ports.audit.anchors import AnchorBroken
from refunds.runtime.loops.workers import repeat
from refunds.texts.finding_lines import line_of
from refunds.usecases.audit.anchor_audit import AnchorAudit, Anchoring

log = structlog.get_logger()

LOOK_S = 5.0
"""Seconds between two checks of the lead, and between two calls that each read only a part of the chains."""


@dataclass(slots=True)
class AnchoringMetrics:
    """Counts the anchors since the start of the process, and the broken chains.

    `broken_count` is the number of broken chains at the last check. It is 1 if the last anchor itself is broken.
    """

    anchors_count: int = 0
    broken_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchoringParts:
    """The use case that the loop runs, with its metrics and its times in seconds.

    The loop checks every `look_s` seconds whether this process leads (`is_leading`). If the process leads, the loop
    adds an anchor every `every_s` seconds.
    """

    anchor: AnchorAudit
    is_leading: Callable[[], bool]
    metrics: AnchoringMetrics
    every_s: float = 60.0
    look_s: float = LOOK_S


async def run_anchoring(parts: AnchoringParts, stop: asyncio.Event) -> None:
    """Anchors the audit chains every `every_s` seconds until `stop` is set, if this process leads.

    The first anchor is added as soon as there is a record. The loop continues after every error.
    """
    pause_s, rest_s = min(parts.look_s, parts.every_s), 0.0

    async def step() -> bool:
        nonlocal rest_s
        rest_s -= pause_s
        if rest_s <= 0 and parts.is_leading():
            done = await anchor_once(parts)
            rest_s = parts.every_s if done.is_complete and parts.metrics.anchors_count else 0.0
        return False

    await repeat("audit.anchor", step, stop, pause_s=pause_s, error_pause_s=pause_s)


async def anchor_once(parts: AnchoringParts) -> Anchoring:
    """Runs the anchoring use case once. Logs and counts broken chains or a broken anchor.

    Raises StoreUnavailable or AnchorsUnavailable.
    """
    try:
        done = await parts.anchor()
    except AnchorBroken as broken:
        parts.metrics.broken_count = 1
        log.error("audit.anchor_broken", reason=str(broken), exc_info=True)
        return Anchoring()
    if done.is_complete:
        parts.metrics.broken_count = len(done.broken)
    if done.broken:
        log.error("audit.behind_anchor", chains=len(done.broken), first=line_of(done.broken[0]))
    elif done.chains:
        parts.metrics.anchors_count += 1
    return done


class AnchoringCollector(Collector):
    """Exports the counts of the loop to Prometheus."""

    def __init__(self, metrics: AnchoringMetrics) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator[Metric]:
        """Yields the current counts."""
        now = self._metrics
        yield CounterMetricFamily("refunds_audit_anchors", "Anchors added to the audit chains.", now.anchors_count)
        yield GaugeMetricFamily("refunds_audit_chains_broken", "Chains that left their last anchor.", now.broken_count)
