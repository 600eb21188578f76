"""Measures the time from creation to settlement at the sandbox gateway, at a fixed rate of requests.

Also checks that the backlog does not grow. The main measurement uses the wanted rate. Then short trials at other rates
look for the highest rate that can be sustained.
"""

from dataclasses import dataclass, field

from bench.load.histogram import Histogram
from bench.load.plan import LoadResult, Tick
from bench.measure.groups import LOAD
from bench.measure.meter import Meter, slope
from bench.measure.result import LatencyMs, Measurement
from bench.support.bench import Bench
from bench.support.refund_requests import SMALL_AMOUNT, one_refund_each
from bench.support.settled import (
    moved_at_gateway,
    relay_lag_s,
    settlements,
    wait_until_settled,
)
from refunds.adapters.local.clock import SystemClock

SECONDS = 60.0
TRIAL_SECONDS = 10.0
TRIALS_MAX = 5
STEP_UP, STEP_DOWN = 1.2, 0.8
CONNECTIONS = 128
GROWTH_SHARE_MAX = 0.05
BACKLOG_S_MAX = 2.0


@dataclass(slots=True)
class Backlog:
    """Records the backlog at each tick, which is the number of due refunds whose money was not moved yet.

    Refunds whose requests wait for an answer are counted too. `moved_before` counts the moved refunds at the start.
    """

    bench: Bench
    moved_before: int
    seconds: float
    at_s: list[float] = field(default_factory=list)
    counts: list[float] = field(default_factory=list)
    lags_s: list[float] = field(default_factory=list)
    moved: int = 0

    def tick(self, tick: Tick) -> None:
        """Records the backlog, but only while requests are being sent."""
        if tick.at_s > self.seconds:
            return
        self.moved = moved_at_gateway(self.bench) - self.moved_before
        self.at_s.append(tick.at_s)
        self.counts.append(tick.due - self.moved)
        lag_s = relay_lag_s(self.bench)
        if lag_s is not None:
            self.lags_s.append(lag_s)

    def moved_per_s(self) -> float:
        """Returns how many movements the gateway's books got per second."""
        return self.moved / self.at_s[-1] if self.at_s else 0.0

    def growth_per_s(self) -> float:
        """Returns how fast the backlog grew in the second half, in refunds per second."""
        half = len(self.at_s) // 2
        return slope(self.at_s[half:], self.counts[half:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One measurement at one rate. `is_sustained` is True if the rate could go on forever."""

    rate_per_s: float
    result: LoadResult
    meter: Meter
    backlog: Backlog
    drain_s: float
    settle_ms: Histogram
    completed: int

    @property
    def is_sustained(self) -> bool:
        """Returns True if there were no errors and the backlog stayed short and hardly grew."""
        return (
            not self.result.errors
            and self.backlog.growth_per_s() < GROWTH_SHARE_MAX * self.rate_per_s
            and (self.backlog.counts or [0.0])[-1] < BACKLOG_S_MAX * self.rate_per_s
        )


def run(bench: Bench) -> list[Measurement]:
    """Measures at the wanted rate and at the highest rate that was sustained."""
    rate, seconds = bench.options.rate_per_s, bench.options.seconds_or(SECONDS)
    trial(bench, rate / 2, min(seconds, 3.0))  # warm-up
    main = trial(bench, rate, seconds)
    best = _highest(bench, main, min(seconds, TRIAL_SECONDS))
    highest = 0.0 if best is None else best.rate_per_s
    measured = [measurement_of_trial("settle", main, highest)]
    if best is not None:
        measured.append(measurement_of_trial("settle_highest", best, highest))
    return measured


def _highest(bench: Bench, main: Trial, seconds: float) -> Trial | None:
    """Returns the trial at the highest sustained rate, or None if no rate was sustained."""
    goes_up, rate = main.is_sustained, main.rate_per_s
    best = main if goes_up else None
    for _ in range(TRIALS_MAX):
        rate *= STEP_UP if goes_up else STEP_DOWN
        tried = trial(bench, rate, seconds)
        if tried.is_sustained:
            best = tried
        if tried.is_sustained is not goes_up:
            break
    return best


def trial(bench: Bench, rate_per_s: float, seconds: float) -> Trial:
    """Sends refunds at this rate, waits until all are settled, and reads the results from the database."""
    requests = one_refund_each(bench.seeder, max(1, int(rate_per_s * seconds)), SMALL_AMOUNT)
    bench.say(f"settle: {rate_per_s:.0f} refunds/s for {seconds:.0f} s, created to settled")
    began = SystemClock().now()
    backlog = Backlog(bench=bench, moved_before=moved_at_gateway(bench), seconds=seconds)
    plan = bench.plan(requests, connections=CONNECTIONS, seconds=seconds + 1, rate_per_s=rate_per_s)
    result, meter = bench.watch(plan, backlog.tick)
    drain_s = wait_until_settled(bench)
    meter.read()
    settle, completed = Histogram(), 0
    for settlement in settlements(bench, began):
        if settlement.is_completed:
            completed += 1
            settle.record(settlement.updated_s - settlement.created_s)
    done = Trial(
        rate_per_s=rate_per_s,
        result=result,
        meter=meter,
        backlog=backlog,
        drain_s=drain_s,
        settle_ms=settle,
        completed=completed,
    )
    bench.say(
        f"  {'held' if done.is_sustained else 'not held'}: backlog {(backlog.counts or [0])[-1]:.0f}"
        f" growing {backlog.growth_per_s():.0f}/s, {completed} completed"
    )
    return done


def measurement_of_trial(name: str, trial: Trial, highest: float) -> Measurement:
    """Returns the measurement of a trial. CPU is per completed refund. `highest` is the highest sustained rate."""
    result, latency = trial.result, trial.settle_ms.latency()
    answers = max(trial.completed, 1)
    cpu = {**trial.meter.cpu_us(), LOAD: result.cpu_us}
    return Measurement(
        name=name,
        what=f"created to settled, open loop at {trial.rate_per_s:.0f}/s; latency is created to settled",
        operations=trial.completed,
        errors=result.errors,
        seconds=round(result.window_s, 3),
        ops_per_s=round(trial.backlog.moved_per_s(), 1),
        latency_ms=LatencyMs(mean=latency.mean, p50=latency.p50, p95=latency.p95, p99=latency.p99, max=latency.max),
        cpu_us={group: round(us / answers, 1) for group, us in cpu.items()},
        others_share=trial.meter.others_share(result.cpu_us),
        memory_mb=trial.meter.memory_mb(),
        statuses={str(status): count for status, count in result.statuses.items()},
        figures=_figures(trial, highest),
        notes=[result.refused_sample] if result.refused_sample else [],
    )


def _figures(trial: Trial, highest: float) -> dict[str, float]:
    backlog, http = trial.backlog, trial.result.latency
    figures = {
        "rate_per_s": trial.rate_per_s,
        "highest_sustained_per_s": round(highest, 1),
        "backlog_end": (backlog.counts or [0.0])[-1],
        "backlog_max": max(backlog.counts, default=0.0),
        "backlog_growth_per_s": round(backlog.growth_per_s(), 2),
        "drain_s": round(trial.drain_s, 2),
        "http_p50_ms": http.p50,
        "http_p99_ms": http.p99,
        "not_completed": float(trial.result.accepted - trial.completed),
    }
    if backlog.lags_s:
        figures["relay_lag_max_s"] = round(max(backlog.lags_s), 3)
    return figures
