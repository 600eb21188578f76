"""The loop of whoever reads the feed: step after step until stopped, with a growing pause after errors.

Runs the relay, and on AWS the publisher beside it. Wired by the service's entry.

Any number of processes may run it at once: correctness rests on the stored position, which one of them holds; the
others only look at it now and then.
"""

import asyncio
import random
from dataclasses import dataclass
from typing import Protocol

import structlog

from refunds.domain.errors import RefundsError
from refunds.usecases.relay_events import Step

log = structlog.get_logger()


class Stepping(Protocol):
    """A use case that is done step by step."""

    async def __call__(self) -> Step:
        """One step."""
        ...

    async def resign(self) -> None:
        """Hands the position over."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayLoopSettings:
    """Pauses in seconds: of a relay that follows, and after errors, doubled each time up to the longest."""

    follow_pause_s: float = 1.0
    error_pause_s: float = 0.1
    error_pause_max_s: float = 5.0


@dataclass(slots=True)
class RelayMetrics:
    """What the relay has done since it started. `lag_s` is the age of the last event applied when it was applied."""

    changes_count: int = 0
    events_count: int = 0
    steps_count: int = 0
    errors_count: int = 0
    lag_s: float = 0.0
    is_leading: bool = False

    def add(self, step: Step) -> None:
        """Counts a step."""
        self.steps_count += 1
        self.changes_count += step.changes
        self.events_count += step.events
        self.is_leading = step.is_leading
        self.lag_s = step.lag_s if step.lag_s is not None else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayParts:
    """What the loop runs and where it counts."""

    relay: Stepping
    metrics: RelayMetrics
    name: str = "relay"
    settings: RelayLoopSettings = RelayLoopSettings()


async def run_relay(parts: RelayParts, stop: asyncio.Event) -> None:
    """Steps until `stop`; survives every error; hands the position over at the end."""
    settings, pause_s = parts.settings, parts.settings.error_pause_s
    while not stop.is_set():
        try:
            step = await parts.relay()
        except RefundsError as error:
            parts.metrics.errors_count += 1
            log.warning("relay.step_failed", reader=parts.name, error=type(error).__name__, pause_s=pause_s)
            await _pause(stop, pause_s * random.uniform(0.5, 1.0))  # noqa: S311 - not a secret
            pause_s = min(pause_s * 2, settings.error_pause_max_s)
            continue
        except Exception as error:
            parts.metrics.errors_count += 1
            log.error("relay.step_broken", reader=parts.name, error=type(error).__name__, exc_info=True)
            await _pause(stop, settings.error_pause_max_s)
            continue
        pause_s = settings.error_pause_s
        parts.metrics.add(step)
        if not step.is_leading:
            await _pause(stop, settings.follow_pause_s)
    await _resign(parts.relay)


async def _pause(stop: asyncio.Event, pause_s: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), pause_s)
    except TimeoutError:
        return


async def _resign(relay: Stepping) -> None:
    try:
        await relay.resign()
    except Exception as error:  # noqa: BLE001 - a clean end is a courtesy to the next relay only
        log.warning("relay.not_resigned", error=type(error).__name__)
