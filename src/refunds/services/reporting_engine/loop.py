"""Runs a reader of the feed step by step until it is stopped. Each error makes the pause before the next step longer.

The relay runs in this loop, and on AWS also the publisher. Any number of processes may run this loop at once, because
only one of them moves the stored offset. The others only read the offset from time to time.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from refunds.domain.errors import RefundsError
from refunds.kit.event_waits import is_set_within
from refunds.ports.clock import Clock
from refunds.ports.projections.quarantine import QuarantineFull
from refunds.usecases.projections.relay_events import ReaderStep

log = structlog.get_logger()

LOOKED_JUST_NOW = timedelta(seconds=5)
STALLED_AFTER = timedelta(seconds=30)
"""The relay counts as stalled after this time without a successful step. A leader election takes less time."""


class Stepping(Protocol):
    """A use case that runs in steps."""

    @property
    def reached(self) -> datetime | None:
        """Returns the time up to which this reader knows that all events are processed.

        Returns None before the first step.
        """
        ...

    async def __call__(self) -> ReaderStep:
        """Runs one step."""
        ...

    async def resign(self) -> None:
        """Gives up the lead, so that another process can lead."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayLoopSettings:
    """The pauses of the loop, in seconds.

    `follow_pause_s` is the pause of a relay that does not lead. The pause after an error begins with `error_pause_s`,
    and doubles with each error up to `error_pause_max_s`.
    """

    follow_pause_s: float = 1.0
    error_pause_s: float = 0.1
    error_pause_max_s: float = 5.0


class RelayStalled(Exception):
    """Raised if no process has completed a step for longer than the limit STALLED_AFTER."""


class RelayFull(Exception):
    """Raised if the quarantine is full. The relay waits until an operator has made room."""


@dataclass(slots=True, kw_only=True)
class RelayMetrics:
    """Counts the relay's work since its start, and holds its current state."""

    clock: Clock
    changes_count: int = 0
    events_count: int = 0
    steps_count: int = 0
    errors_count: int = 0
    unreadable_count: int = 0
    quarantined_count: int = 0
    statuses: Counter[tuple[str, str]] = field(default_factory=Counter)
    minor_units: Counter[tuple[str, str]] = field(default_factory=Counter)
    is_leading: bool = False
    is_full: bool = False
    reached: datetime | None = None
    _is_caught_up: bool = False
    _started_at: datetime = field(init=False)
    _succeeded_at: datetime = field(init=False)

    def __post_init__(self) -> None:
        self._started_at = self._succeeded_at = self.clock.now()

    def add(self, step: ReaderStep, reached: datetime | None) -> None:
        """Counts a step that succeeded."""
        self.steps_count += 1
        self.changes_count += step.changes
        self.events_count += step.events
        self.unreadable_count += len(step.from_history)
        for key, (number, minor_units) in step.statuses.items():
            self.statuses[key] += number
            self.minor_units[key] += minor_units
        if step.quarantined_count is not None:
            self.quarantined_count = step.quarantined_count
        else:
            self.quarantined_count += len(step.quarantined)
        self.is_leading = step.is_leading
        self.is_full = self.is_full and step.is_retry
        self.reached = reached
        self._is_caught_up = step.is_caught_up
        self._succeeded_at = self.clock.now()

    def add_error(self, reached: datetime | None, *, is_full: bool = False) -> None:
        """Counts a step that failed. `is_full` is True if it failed because the quarantine was full."""
        self.errors_count += 1
        self.is_full = self.is_full or is_full
        self.reached = reached

    @property
    def lag_s(self) -> float:
        """Returns the seconds that have passed since the time up to which this reader has processed all events.

        Returns 0 if the last step ended at most LOOKED_JUST_NOW ago and found no event. The time comes from the stored
        offset, even if another process leads. Before the first step, the time of the start is used instead.
        """
        now = self.clock.now()
        if self._is_caught_up and now - self._succeeded_at <= LOOKED_JUST_NOW:
            return 0.0
        return max((now - (self.reached or self._started_at)).total_seconds(), 0.0)

    @property
    def is_stalled(self) -> bool:
        """True if no process makes progress, as far as this process can see."""
        return self.clock.now() - self._succeeded_at > STALLED_AFTER

    async def ping(self) -> None:
        """Raises RelayFull if the quarantine is full. Raises RelayStalled if no step has succeeded for too long."""
        if self.is_full:
            raise RelayFull
        if self.is_stalled:
            raise RelayStalled


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayParts:
    """The relay that the loop runs, with its metrics and settings.

    `seeded_random` returns a number in [0, 1), which varies the pauses after errors.
    """

    relay: Stepping
    metrics: RelayMetrics
    name: str = "relay"
    settings: RelayLoopSettings = RelayLoopSettings()
    seeded_random: Callable[[], float] = random.random


async def run_relay(parts: RelayParts, stop: asyncio.Event) -> None:
    """Runs steps until `stop` is set, and continues after every error. Gives up the lead at the end."""
    settings, pause_s = parts.settings, parts.settings.error_pause_s
    while not stop.is_set():
        try:
            step = await parts.relay()
        except QuarantineFull:
            parts.metrics.add_error(parts.relay.reached, is_full=True)
            log.error("relay.step_broken", reader=parts.name, error="QuarantineFull", exc_info=True)
            await is_set_within(stop, settings.error_pause_max_s)
            continue
        except RefundsError as error:
            parts.metrics.add_error(parts.relay.reached)
            log.warning("relay.step_failed", reader=parts.name, error=type(error).__name__, pause_s=pause_s)
            await is_set_within(stop, pause_s * (0.5 + 0.5 * parts.seeded_random()))
            pause_s = min(pause_s * 2, settings.error_pause_max_s)
            continue
        except Exception as error:
            parts.metrics.add_error(parts.relay.reached)
            log.error("relay.step_broken", reader=parts.name, error=type(error).__name__, exc_info=True)
            await is_set_within(stop, settings.error_pause_max_s)
            continue
        pause_s = settings.error_pause_s
        parts.metrics.add(step, parts.relay.reached)
        _log_findings(parts.name, step)
        if not step.is_leading:
            await is_set_within(stop, settings.follow_pause_s)
    await _resign(parts.relay)


def _log_findings(reader: str, step: ReaderStep) -> None:
    """Logs unreadable changes and quarantined payments, which an operator has to check."""
    for payment_id in step.from_history:
        log.error("relay.change_unreadable", reader=reader, payment_id=payment_id)
    for payment in step.quarantined:
        log.error("relay.payment_quarantined", reader=reader, payment_id=payment.payment_id, reason=payment.reason)


async def _resign(relay: Stepping) -> None:
    try:
        await relay.resign()
    except Exception as error:  # noqa: BLE001 - a clean end only helps the next relay
        log.warning("relay.not_resigned", error=type(error).__name__)
