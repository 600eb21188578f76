"""Runs the chosen benchmarks and returns the report. Uses a given instance, or starts one."""

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.read_concern import ReadConcern

from bench.cases import baseline, beside, create, fair, hot, memory, naive, overload, read, resolve, settle, startup
from bench.errors import BenchFailed
from bench.instance.ready import Ready, check_mongodb, read_ready
from bench.instance.seeding import Seeder
from bench.instance.start import running
from bench.measure.groups import groups_of
from bench.measure.result import SCHEMA, Measurement, Report
from bench.report.goal_list import with_goals
from bench.report.machine import commit, machine
from bench.support.bench import Bench, Options
from refunds.adapters.local.clock import SystemClock
from refunds.adapters.local.ids import SystemIds

STARTUP = "startup"
DATABASE = "refunds"
CASES: dict[str, Callable[[Bench], list[Measurement]]] = {
    "resolve": resolve.run,
    "create": create.run,
    "baseline": baseline.run,
    "naive": naive.run,
    "read": read.run,
    "hot": hot.run,
    "beside": beside.run,
    "settle": settle.run,
    "memory": memory.run,
    "fair": fair.run,
    "overload": overload.run,
}
NAMES = (STARTUP, *CASES)
RATED = frozenset({"resolve", "create", "read", "hot", "settle"})
"""Cases whose goals are ratios to the raw driver. So the raw driver runs whenever one of them runs."""

USUAL_NAMES = tuple(name for name in NAMES if name not in {"fair", "overload"})
"""Benchmarks that run by default. `fair` takes 15 minutes and `overload` needs its own core, so both are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """States which benchmarks run, and on which instance.

    If `ready_file` is None, `refunds up` of the checkout `root` starts a new instance in a temporary folder, with the
    options `flags`.
    """

    names: Sequence[str]
    options: Options
    ready_file: Path | None = None
    environ: Mapping[str, str] | None = None
    root: Path | None = None
    flags: tuple[str, ...] = ()


def run(wanted: Wanted, say: Callable[[str], None]) -> Report:
    """Runs all chosen benchmarks, always in the same sequence, and returns the report."""
    started_at = SystemClock().now().isoformat()
    measured: list[Measurement] = []
    if STARTUP in wanted.names:
        say("startup: refunds up on fresh and existing folders")
        measured += _done(STARTUP, startup.run, say)
    chosen = [name for name in CASES if name in with_bases(wanted.names)]
    if chosen:
        with instance(wanted, say) as bench:
            for name in chosen:
                measured += _done(name, partial(CASES[name], bench), say)
    by_name = {measurement.name: measurement for measurement in measured}
    return Report(
        schema=SCHEMA,
        started_at=started_at,
        commit=commit(),
        machine=machine(),
        measurements=[with_goals(measurement, by_name) for measurement in measured],
    )


def with_bases(names: Sequence[str]) -> frozenset[str]:
    """Adds the raw driver and the naive designs if one of the cases is compared with them."""
    bases = {"baseline"} if not RATED.isdisjoint(names) else set()
    return frozenset(names) | bases | ({"naive"} if "create" in names else set())


def _done(name: str, case: Callable[[], list[Measurement]], say: Callable[[str], None]) -> list[Measurement]:
    """Returns the measurements of a benchmark. If it failed, returns one measurement with the reason."""
    try:
        return case()
    except BenchFailed as failure:
        say(f"{name}: {failure}")
        why = f"could not be measured: {type(failure).__name__}: {failure}"
        return [Measurement(name=name, what=name, errors=1, notes=[why])]


@contextmanager
def instance(wanted: Wanted, say: Callable[[str], None]) -> Iterator[Bench]:
    """Yields a running instance that has tenants. Starts one if no ready file is given."""
    if wanted.ready_file is not None:
        with _bench(read_ready(wanted.ready_file), wanted, say) as bench:
            yield bench
        return
    with tempfile.TemporaryDirectory(prefix="bench-data-") as name:
        say("starting refunds up on a temporary folder")
        with (
            running(Path(name) / "data", options=wanted.flags, environ=wanted.environ, root=wanted.root) as started,
            _bench(started.ready, wanted, say) as bench,
        ):
            bench.start_s = started.start_s
            yield bench


@contextmanager
def _bench(ready: Ready, wanted: Wanted, say: Callable[[str], None]) -> Iterator[Bench]:
    check_mongodb(ready.mongodb_uri)
    seeder = Seeder(ready=ready, run=SystemIds().new("b").removeprefix("b_")[3:14])
    seeder.tenants()
    client: MongoClient[dict[str, Any]] = MongoClient(ready.mongodb_uri, tz_aware=True, appname="bench")
    with client:
        yield Bench(
            ready=ready,
            seeder=seeder,
            groups=groups_of(ready),
            options=wanted.options,
            say=say,
            database=client.get_database(DATABASE, read_concern=ReadConcern("majority")),
        )
