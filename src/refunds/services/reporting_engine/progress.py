"""Says in the log how far the readers of the feed have come, for watchers that count log lines and ask no `/metrics`.

Wired by the service's entry. Only the process that carries a reader's events speaks of it, so that silence means that
nobody carries them.
"""

import asyncio
from collections.abc import Mapping

import structlog

from refunds.runtime.process.workers import repeat
from refunds.services.reporting_engine.loop import RelayMetrics

EVERY_S = 60.0

log = structlog.get_logger()


async def run_progress(readers: Mapping[str, RelayMetrics], stop: asyncio.Event, every_s: float = EVERY_S) -> None:
    """Speaks every so often until `stop`; `readers` by name, with their counts."""

    async def step() -> bool:
        tell_progress(readers)
        return False

    await repeat("relay.progress", step, stop, pause_s=every_s, error_pause_s=every_s)


def tell_progress(readers: Mapping[str, RelayMetrics]) -> None:
    """One line for each reader that this process carries."""
    for name, now in readers.items():
        if now.is_leading:
            log.info("relay.progress", reader=name, lag_s=round(now.lag_s, 3), events=now.events_count)
