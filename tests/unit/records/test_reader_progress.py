"""The log has one line for each reader of the feed that this process runs, and none for the others."""

import asyncio
from datetime import UTC, datetime, timedelta

from structlog.testing import capture_logs

from refunds.adapters.memory.clock import FixedClock
from refunds.services.reporting_engine.loop import RelayMetrics
from refunds.services.reporting_engine.progress import log_progress, run_progress

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def metrics(*, is_leading: bool, behind_s: float = 0.0, events: int = 0) -> RelayMetrics:
    """The counts of a reader that has come up to so long ago."""
    reached = NOW - timedelta(seconds=behind_s)
    return RelayMetrics(clock=FixedClock(NOW), events_count=events, is_leading=is_leading, reached=reached)


def test_reader_of_this_process_reports_its_lag() -> None:
    relay = metrics(is_leading=True, behind_s=12.34567, events=7)

    with capture_logs() as logs:
        log_progress({"relay": relay})

    assert logs == [{"event": "relay.progress", "log_level": "info", "reader": "relay", "lag_s": 12.346, "events": 7}]


def test_process_that_only_follows_stays_silent() -> None:
    with capture_logs() as logs:
        log_progress({"relay": metrics(is_leading=False), "bus": metrics(is_leading=False)})

    assert logs == []


async def test_readers_that_are_added_before_the_loop_runs_are_reported() -> None:
    readers, stop = {"relay": metrics(is_leading=True)}, asyncio.Event()
    readers["bus"] = metrics(is_leading=True)

    with capture_logs() as logs:
        running = asyncio.create_task(run_progress(readers, stop))
        await asyncio.sleep(0)
        stop.set()
        await running

    assert [line["reader"] for line in logs] == ["relay", "bus"]
