"""Logs the progress of the feed's readers, for monitoring that counts log lines and does not read `/metrics`.

Only the process that leads logs a reader's progress. So if the lines are missing, no process moves that reader forward.
"""

import asyncio
from collections.abc import Mapping

import structlog

from refunds.runtime.loops.workers import repeat
from refunds.services.reporting_engine.loop import RelayMetrics

EVERY_S = 60.0

log = structlog.get_logger()


async def run_progress(readers: Mapping[str, RelayMetrics], stop: asyncio.Event, every_s: float = EVERY_S) -> None:
    """Logs the progress every `every_s` seconds until `stop` is set. `readers` maps a reader's name to its metrics."""

    async def step() -> bool:
        log_progress(readers)
        return False

    await repeat("relay.progress", step, stop, pause_s=every_s, error_pause_s=every_s)


def log_progress(readers: Mapping[str, RelayMetrics]) -> None:
    """Logs one line for each reader that this process leads."""
    for name, now in readers.items():
        if now.is_leading:
            log.info("relay.progress", reader=name, lag_s=round(now.lag_s, 3), events=now.events_count)
