"""Gives every benchmark its instance and tenants, and measures loads."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pymongo.database import Database

from bench.instance.ready import Ready, address_of
from bench.instance.seeding import Seeder
from bench.load.plan import LoadPlan, LoadResult, Tick
from bench.load.spawn import run_load
from bench.measure.groups import Groups
from bench.measure.meter import Meter
from bench.measure.result import Measurement, measurement_of

TICK_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of `python -m bench`. If `seconds` is None, each benchmark uses its own length."""

    seconds: float | None = None
    rate_per_s: float = 1_000.0

    def seconds_or(self, own: float) -> float:
        """Returns the chosen length in seconds, or `own` if none was chosen."""
        return own if self.seconds is None else self.seconds


@dataclass(slots=True, kw_only=True)
class Bench:
    """A running instance with tenants. `peak_python_mb` is the largest memory of all measured loads so far.

    `on_measured` is called with True when a measured load begins and with False when it ends. `database` is the
    product's own database. Majority reads of this database give the values that no API reports.
    """

    ready: Ready
    seeder: Seeder
    groups: Groups
    options: Options
    say: Callable[[str], None]
    database: Database[dict[str, Any]]
    peak_python_mb: float = 0.0
    start_s: float = 0.0
    on_measured: Callable[[bool], None] | None = None

    def plan(
        self,
        requests: list[bytes],
        *,
        connections: int,
        seconds: float,
        rate_per_s: float | None = None,
        is_repeated: bool = False,
        capture: str = "",
    ) -> LoadPlan:
        """Returns a plan for requests to the API."""
        host, port = address_of(self.ready.url)
        return LoadPlan(
            host=host,
            port=port,
            requests=requests,
            connections=connections,
            seconds=seconds,
            rate_per_s=rate_per_s,
            is_repeated=is_repeated,
            capture=capture,
            tick_s=TICK_S,
        )

    def watch(self, plan: LoadPlan, on_tick: Callable[[Tick], None] | None = None) -> tuple[LoadResult, Meter]:
        """Carries out a plan. Reads the use of all process groups before, during and after the load."""
        meter = Meter(groups=self.groups)

        def ticked(tick: Tick) -> None:
            meter.read()
            if on_tick is not None:
                on_tick(tick)

        def begun() -> None:
            self._print_measured(is_running=True)
            meter.read()

        result = run_load(plan, on_begun=begun, on_tick=ticked)
        meter.read()
        self._print_measured(is_running=False)
        self.peak_python_mb = max(self.peak_python_mb, meter.memory_mb()["python"])
        return result, meter

    def _print_measured(self, *, is_running: bool) -> None:
        if self.on_measured is not None:
            self.on_measured(is_running)

    def measure(self, name: str, what: str, plan: LoadPlan) -> Measurement:
        """Carries out a plan and returns its measurement."""
        self.say(f"{name}: {what}")
        result, meter = self.watch(plan)
        return measurement_of(name, what, result, meter)
