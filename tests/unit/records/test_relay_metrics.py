"""The relay's lag and readiness are right even if it does not move, does not lead, or has just started."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from refunds.adapters.memory.clock import FixedClock
from refunds.domain.errors import StoreUnavailable
from refunds.ports.payments.payment_scan import Unreadable
from refunds.ports.projections.quarantine import QuarantineFull
from refunds.services.reporting_engine.loop import (
    RelayFull,
    RelayLoopSettings,
    RelayMetrics,
    RelayParts,
    RelayStalled,
    run_relay,
)
from refunds.services.reporting_engine.relay_collector import RefundsCollector, RelayCollector
from refunds.usecases.projections.relay_events import FOLLOWING, ReaderStep

QUICK = RelayLoopSettings(follow_pause_s=0.0, error_pause_s=0.0, error_pause_max_s=0.0)
CAUGHT_UP = ReaderStep(is_caught_up=True)


@dataclass(slots=True)
class Scripted:
    """A relay that does or raises one thing after the other, and then has its loop stop."""

    script: list[ReaderStep | Exception]
    reached: datetime | None
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self) -> ReaderStep:
        told = self.script.pop(0)
        if not self.script:
            self.stop.set()
        if isinstance(told, Exception):
            raise told
        return told

    async def resign(self) -> None:
        """Held nothing."""


async def metrics_after(clock: FixedClock, reached: datetime | None, *script: ReaderStep | Exception) -> RelayMetrics:
    """The metrics of a loop after these steps."""
    relay = Scripted(list(script), reached)
    parts = RelayParts(relay=relay, metrics=RelayMetrics(clock=clock), settings=QUICK)
    await run_relay(parts, relay.stop)
    return parts.metrics


async def test_relay_that_fails_from_its_start_lags_by_the_age_of_its_place() -> None:
    clock = FixedClock()
    place = clock.now() - timedelta(hours=3)

    metrics = await metrics_after(clock, place, StoreUnavailable(), ZeroDivisionError())

    assert metrics.lag_s == 3 * 3600
    clock.advance(seconds=60)
    assert metrics.lag_s == 3 * 3600 + 60


async def test_relay_that_never_saw_its_place_lags_since_it_started() -> None:
    clock = FixedClock()
    metrics = await metrics_after(clock, None, StoreUnavailable())

    clock.advance(seconds=90)

    assert metrics.lag_s == 90


async def test_follower_lags_by_the_age_of_the_leaders_offset() -> None:
    clock = FixedClock()

    metrics = await metrics_after(clock, clock.now() - timedelta(minutes=7), FOLLOWING)

    assert metrics.lag_s == 7 * 60
    assert not metrics.is_leading


async def test_lag_grows_while_a_relay_that_was_caught_up_stands_still() -> None:
    clock = FixedClock()
    metrics = await metrics_after(clock, clock.now(), CAUGHT_UP)

    assert metrics.lag_s == 0.0
    clock.advance(seconds=2)
    assert metrics.lag_s == 0.0
    clock.advance(seconds=40)
    assert metrics.lag_s == 42.0


async def test_relay_is_stalled_when_its_steps_fail_longer_than_the_bound() -> None:
    clock = FixedClock()
    metrics = await metrics_after(clock, clock.now(), CAUGHT_UP, StoreUnavailable())

    clock.advance(seconds=29)
    await metrics.ping()
    clock.advance(seconds=2)
    with pytest.raises(RelayStalled):
        await metrics.ping()
    assert shown(metrics)["refunds_relay_is_leading"] == 0.0
    assert shown(metrics)["refunds_relay_lag_seconds"] == 31.0


def shown(metrics: RelayMetrics) -> dict[str, float]:
    """The samples that Prometheus scrapes."""
    return {sample.name: sample.value for metric in RelayCollector(metrics).collect() for sample in metric.samples}


async def test_follower_is_not_stalled() -> None:
    metrics = await metrics_after(FixedClock(), None, FOLLOWING)

    await metrics.ping()

    assert shown(metrics)["refunds_relay_is_leading"] == 0.0


async def test_quarantined_and_unreadable_payments_are_counted() -> None:
    broken = Unreadable(payment_id="pay_1", reason="KeyError")
    told = ReaderStep(quarantined=(broken,), from_history=("pay_1", "pay_2"))

    metrics = await metrics_after(FixedClock(), None, told)

    assert (metrics.quarantined_count, metrics.unreadable_count) == (1, 2)


async def test_count_of_quarantined_payments_is_that_of_the_store_once_it_is_read() -> None:
    broken = Unreadable(payment_id="pay_1", reason="KeyError")

    metrics = await metrics_after(
        FixedClock(), None, ReaderStep(quarantined=(broken,)), ReaderStep(quarantined=(broken,), quarantined_count=1)
    )

    assert metrics.quarantined_count == 1


async def test_relay_with_a_full_quarantine_is_down_at_once_until_it_continues() -> None:
    clock = FixedClock()
    full = await metrics_after(clock, None, QuarantineFull())
    after_a_retry = await metrics_after(clock, None, QuarantineFull(), ReaderStep(is_retry=True, quarantined_count=9))
    gone_on = await metrics_after(clock, None, QuarantineFull(), ReaderStep(is_retry=True), ReaderStep(changes=1))

    for metrics in (full, after_a_retry):
        with pytest.raises(RelayFull):
            await metrics.ping()
    await gone_on.ping()
    told = {metric.name: metric.samples[0].value for metric in RelayCollector(full).collect()}
    assert told["refunds_relay_is_full"] == 1.0


async def test_refunds_that_came_to_a_status_are_counted_with_their_amounts_by_currency() -> None:
    first = ReaderStep(statuses={("completed", "USD"): (2, 1500), ("failed", "USD"): (1, 7)})
    second = ReaderStep(statuses={("completed", "USD"): (1, 500), ("completed", "JPY"): (1, 90)})

    metrics = await metrics_after(FixedClock(), None, first, second)

    samples = {
        (sample.name, sample.labels["status"], sample.labels["currency"]): sample.value
        for metric in RefundsCollector(metrics).collect()
        for sample in metric.samples
    }
    assert samples == {
        ("refunds_status_changes_total", "completed", "USD"): 3,
        ("refunds_status_changes_total", "completed", "JPY"): 1,
        ("refunds_status_changes_total", "failed", "USD"): 1,
        ("refunds_status_changes_minor_units_total", "completed", "USD"): 2000,
        ("refunds_status_changes_minor_units_total", "completed", "JPY"): 90,
        ("refunds_status_changes_minor_units_total", "failed", "USD"): 7,
    }
