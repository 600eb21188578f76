"""Sends ten times the peak rate of creates to a product on one core. The load generator uses other cores.

Goodput is the number of 2xx answers within 2 s, per second, divided by the peak rate. A request is not sent if no
connection is free. This case runs only if named, as in `python -m bench --only overload --seconds 60`.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from time import perf_counter, sleep

import msgspec

from bench.load.plan import LoadPlan, LoadResult
from bench.load.spawn import run_load
from bench.measure.meter import Meter
from bench.measure.pinning import pinned_to_one_core
from bench.measure.result import Measurement, measurement_of
from bench.support.bench import Bench
from bench.support.overload_requests import numbered_requests
from bench.support.refund_requests import LARGE_AMOUNT

SECONDS, PEAK_SECONDS, LIGHT_SECONDS, BESIDE_SECONDS = 60.0, 10.0, 5.0, 20.0
PEAK_CONNECTIONS, OVERLOAD_CONNECTIONS, OTHERS_CONNECTIONS = 128, 1_700, 300
OVERLOAD_FACTOR = 10.0
LIGHT_SHARE, OTHERS_SHARE = 0.05, 0.2
PAYMENTS = 80_000
NOISE_BEFORE_S = 2.0
TOO_MANY_REQUESTS = 429
RECOVERED_FACTOR, RECOVERY_S_MAX = 2.0, 60.0


@dataclass(slots=True)
class Overload:
    """The requests of one run on an instance with 16 merchants. The first merchant is the noisy one."""

    bench: Bench
    amount: int
    peak_per_s: float = 0.0
    peak_per_cpu_s: float = 0.0
    _names: int = 0
    _all: list[bytes] = field(default_factory=list)
    _noisy: list[bytes] = field(default_factory=list)
    _others: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        merchants = self.bench.seeder.merchants
        self._all = self._requests(merchants, PAYMENTS)
        self._noisy = self._requests(merchants[:1], PAYMENTS // 4)
        self._others = self._requests(merchants[1:], PAYMENTS // 4)

    def _requests(self, merchants: list[str], wanted: int) -> list[bytes]:
        return numbered_requests(self.bench.seeder, merchants, wanted, self.amount, "name0000")

    def _plan(
        self, requests: list[bytes], connections: int, seconds: float, rate_per_s: float | None = None
    ) -> LoadPlan:
        self._names += 1
        named = [request.replace(b"name0000", b"name%04d" % self._names) for request in requests]
        plan = self.bench.plan(named, connections=connections, seconds=seconds, rate_per_s=rate_per_s, is_repeated=True)
        return msgspec.structs.replace(plan, is_numbered=True, is_dropped_if_busy=True)

    def peak(self, seconds: float) -> Measurement:
        """Measures the peak rate with a closed loop, after a short warm-up."""
        self.bench.watch(self._plan(self._all, PEAK_CONNECTIONS, 3.0))
        result, meter = self.bench.watch(self._plan(self._all, PEAK_CONNECTIONS, seconds))
        self.peak_per_s = result.accepted / result.window_s
        return self._measured("overload_peak", "closed loop, 128 connections", result, meter)

    def light_p99_ms(self, seconds: float) -> float:
        """Returns the p99 of a light load in milliseconds."""
        rate_per_s = LIGHT_SHARE * self.peak_per_s
        return run_load(self._plan(self._others, 32, seconds, rate_per_s)).latency.p99

    def overload(self, seconds: float) -> Measurement:
        """Sends ten times the peak rate, then waits until a light load is answered about as fast as before."""
        before_ms = self.light_p99_ms(LIGHT_SECONDS)
        rate_per_s = OVERLOAD_FACTOR * self.peak_per_s
        self.bench.say(f"overload: {rate_per_s:.0f}/s for {seconds:.0f} s; p99 of a light load {before_ms:.1f} ms")
        began_s = perf_counter()
        result, meter = self.bench.watch(self._plan(self._all, OVERLOAD_CONNECTIONS, seconds, rate_per_s))
        ended_s = perf_counter()
        after_ms, tried_s = 0.0, ended_s
        while perf_counter() - ended_s < RECOVERY_S_MAX:
            tried_s = perf_counter()
            after_ms = self.light_p99_ms(1.0)
            if after_ms < RECOVERED_FACTOR * before_ms:
                break
        figures = {
            "recovery_s": round(tried_s - ended_s + max(ended_s - began_s - seconds, 0.0), 2),
            "light_p99_before_ms": before_ms,
            "light_p99_after_ms": after_ms,
        }
        return self._measured("overload", f"open loop at {rate_per_s:.0f}/s", result, meter, figures)

    def others(self, seconds: float) -> list[Measurement]:
        """Measures the 15 other merchants alone, and then while the noisy merchant sends ten times the peak rate."""
        rate_per_s = OTHERS_SHARE * self.peak_per_s
        alone, meter = self.bench.watch(self._plan(self._others, OTHERS_CONNECTIONS, seconds, rate_per_s))
        measured = [self._measured("overload_others_alone", f"15 merchants at {rate_per_s:.0f}/s", alone, meter)]
        noise = self._plan(self._noisy, OVERLOAD_CONNECTIONS, seconds + 4.0, OVERLOAD_FACTOR * self.peak_per_s)
        with ThreadPoolExecutor(1) as pool:
            noisy = pool.submit(run_load, noise)
            sleep(NOISE_BEFORE_S)
            beside, meter = self.bench.watch(self._plan(self._others, OTHERS_CONNECTIONS, seconds, rate_per_s))
            tenant = noisy.result()
        figures = {
            "rate_to_alone": round(_per_s(beside) / max(_per_s(alone), 1e-9), 3),
            "noisy_goodput_per_s": round(_per_s(tenant), 1),
            "noisy_sent_per_s": round(tenant.sent / tenant.window_s, 1),
        }
        what = f"15 merchants at {rate_per_s:.0f}/s beside one at {OVERLOAD_FACTOR * self.peak_per_s:.0f}/s"
        measured.append(self._measured("overload_others_beside", what, beside, meter, figures))
        return measured

    def _per_cpu(self, result: LoadResult, meter: Meter) -> float:
        """Returns goodput divided by the peak, both per CPU second of the product, as others may use the core."""
        cpu_s = sum(meter.cpu_us().values()) / 1e6
        per_cpu_s = result.in_time / max(cpu_s, 1e-9)
        self.peak_per_cpu_s = self.peak_per_cpu_s or per_cpu_s
        return round(per_cpu_s / self.peak_per_cpu_s, 3)

    def _measured(
        self, name: str, what: str, result: LoadResult, meter: Meter, figures: dict[str, float] | None = None
    ) -> Measurement:
        shares = {
            "goodput_per_s": round(_per_s(result), 1),
            "goodput_to_peak": round(_per_s(result) / max(self.peak_per_s, 1e-9), 3),
            "goodput_to_peak_per_cpu": self._per_cpu(result, meter),
            "sent_per_s": round(result.sent / result.window_s, 1),
            "not_sent_per_s": round(result.dropped / result.window_s, 1),
            "generator_core": round(result.cpu_us / 1e6 / result.window_s, 3),
            "timed_out": float(result.timed_out),
            "broken": float(result.broken),
            "product_core": round(sum(meter.cpu_us().values()) / 1e6 / result.window_s, 3),
        }
        self.bench.say(f"{name}: {shares} {figures or ''} {result.statuses}")
        measured = measurement_of(name, what, result, meter, shares | (figures or {}))
        return msgspec.structs.replace(measured, errors=_errors(result))


def run(bench: Bench) -> list[Measurement]:
    """Runs all parts while the product is pinned to one core."""
    overload = Overload(bench, LARGE_AMOUNT)
    pids = set().union(*bench.groups.pids.values())
    with pinned_to_one_core(pids) as core:
        bench.say(f"overload: the product runs on core {core}")
        return [
            overload.peak(min(bench.options.seconds_or(PEAK_SECONDS), PEAK_SECONDS)),
            overload.overload(bench.options.seconds_or(SECONDS)),
            *overload.others(min(bench.options.seconds_or(BESIDE_SECONDS), BESIDE_SECONDS)),
        ]


def _errors(result: LoadResult) -> int:
    """Counts answers other than 2xx and 429, and requests without an answer. None of these may occur."""
    expected = result.accepted + result.statuses.get(TOO_MANY_REQUESTS, 0)
    return result.answered - expected + result.timed_out + result.broken


def _per_s(result: LoadResult) -> float:
    return result.in_time / result.window_s if result.window_s else 0.0
