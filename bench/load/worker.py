"""The process of the load generator. Only `spawn.py` starts it.

The process runs as `python -m bench.load.worker PLAN_FILE` and writes one JSON message per line.
"""

import asyncio
import gc
import re
import sys
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter

import msgspec
import uvloop

from bench.errors import NotLoopback, PlanInvalid
from bench.load.drivers import Driver, driver_of
from bench.load.plan import (
    Begun,
    Failed,
    LoadPlan,
    LoadResult,
    Message,
    Tick,
    checked,
)


def send_message(message: Message) -> None:
    """Writes one message to the parent process."""
    sys.stdout.buffer.write(msgspec.json.encode(message) + b"\n")
    sys.stdout.buffer.flush()


async def run(plan: LoadPlan) -> LoadResult:
    """Carries out one plan to its end and returns the result."""
    driver = driver_of(plan)
    await driver.connect_all()
    gc.collect()
    gc.freeze()
    gc.disable()
    send_message(Begun())
    cpu_began_us = _cpu_us()
    driver.begin()
    asyncio.get_running_loop().call_later(plan.seconds, driver.end)
    await _follow(driver)
    return _result(driver, _cpu_us() - cpu_began_us)


async def _follow(driver: Driver) -> None:
    """Reports the progress until all answers have come. Answers that do not come are given up after their time-out."""
    latest_s = driver.began_s + driver.plan.seconds + 2 * driver.plan.timeout_s
    while not driver.over.is_set() and perf_counter() < latest_s:
        try:
            await asyncio.wait_for(driver.over.wait(), driver.plan.tick_s)
        except TimeoutError:
            driver.expire()
        at_s = round(perf_counter() - driver.began_s, 3)
        send_message(Tick(at_s=at_s, due=driver.due, sent=driver.sent, answered=driver.answered))
    driver.give_up()


def _cpu_us() -> float:
    used = getrusage(RUSAGE_SELF)
    return (used.ru_utime + used.ru_stime) * 1e6


def _result(driver: Driver, cpu_us: float) -> LoadResult:
    return LoadResult(
        window_s=driver.window_s,
        sent=driver.sent,
        answered=driver.answered,
        answered_in_window=driver.answered_in_window,
        statuses=dict(sorted(driver.statuses.items())),
        timed_out=driver.timed_out,
        broken=driver.broken,
        dropped=driver.dropped,
        late_max_ms=round(driver.late_max_s * 1e3, 3),
        cpu_us=round(cpu_us, 1),
        latency=driver.histogram.latency(),
        captured=driver.captured,
        refused_sample=driver.refused_sample,
        in_time=driver.in_time,
    )


def main() -> int:
    """Reads the plan, carries it out, and reports the result. Returns 0, or 1 after a failure."""
    try:
        encoded = Path(sys.argv[1]).read_bytes()
        plan = checked(msgspec.msgpack.decode(encoded, type=LoadPlan))
        send_message(uvloop.run(run(plan)))
    except (NotLoopback, PlanInvalid, OSError, re.error, msgspec.MsgspecError) as error:
        send_message(Failed(why=f"{type(error).__name__}: {error}"))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
