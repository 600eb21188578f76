"""What is made of measurements: goals, ratios, slopes, process families."""

import os
import subprocess
import sys

import msgspec
from bench.cases.beside import Run, summed_up
from bench.measure.groups import Groups
from bench.measure.meter import Meter, Reading, slope
from bench.measure.processes import Process, Use, family, process_table, use_of
from bench.measure.result import LatencyMs, Machine, Measurement, Report
from bench.report.goal_list import with_goals
from bench.report.ratios import against_raw, between
from bench.report.table import console, print_comparison, print_report

MACHINE = Machine(cpu="x", cores=2, memory_mb=1, kernel="1", python="3.11")


def create(ops_per_s: float, p99: float = 50.0, mongod_us: float = 100.0) -> Measurement:
    return Measurement(
        name="create_128",
        what="creates",
        operations=5_000,
        ops_per_s=ops_per_s,
        latency_ms=LatencyMs(mean=1, p50=2, p95=3, p99=p99, max=100),
        cpu_us={"services": 300.0, "mongod": mongod_us, "load": 15.0},
    )


def report(*measurements: Measurement) -> Report:
    return Report(
        schema="brik-refunds-bench/1",
        started_at="2026-01-01T00:00:00+00:00",
        commit="abc",
        machine=MACHINE,
        measurements=list(measurements),
    )


def test_product_is_set_beside_the_bare_driver() -> None:
    raw = Measurement(
        name="raw_bulk_64", what="bulk", operations=5_000, ops_per_s=10_000.0, cpu_us={"driver": 60, "mongod": 140}
    )

    rows = against_raw([create(5_000.0), raw])

    assert rows == [("create_128 / raw_bulk_64", 0.5, 2.0)]


def test_two_runs_are_compared_where_both_measured() -> None:
    before, after = report(create(2_000.0)), report(create(3_000.0), create(1.0, p99=1.0))

    rows = between(before, report(after.measurements[0]))

    assert ("create_128", "ops/s", 2_000.0, 3_000.0, 1.5) in rows
    assert ("create_128", "CPU µs mongod", 100.0, 100.0, 1.0) in rows


def test_report_survives_json_and_prints() -> None:
    written = report(with_goals(create(1.0), {}))

    read = msgspec.json.decode(msgspec.json.encode(written), type=Report)

    assert read == written
    out = console()
    with out.capture() as shown:
        print_report(read, out)
        print_comparison(written, read, out)
    assert "create_128" in shown.get()
    assert "missed" in shown.get()


def test_slope_of_a_line_is_its_own() -> None:
    assert slope([0.0, 1.0, 2.0, 3.0], [5.0, 7.0, 9.0, 11.0]) == 2.0
    assert slope([1.0], [1.0]) == 0.0
    assert slope([1.0, 1.0], [1.0, 2.0]) == 0.0


def test_family_holds_children_of_children() -> None:
    def process(pid: int, parent_pid: int) -> Process:
        return Process(pid=pid, parent_pid=parent_pid, use=Use(cpu_us=1.0, rss_bytes=10))

    table = {p.pid: p for p in (process(1, 0), process(2, 1), process(3, 2), process(9, 0))}

    members = family(1, table)

    assert members == {1, 2, 3}
    assert use_of(members, table) == Use(cpu_us=3.0, rss_bytes=30)


def test_process_table_sees_a_child_of_ours() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        table = process_table()

        assert child.pid in family(os.getpid(), table)
        assert table[os.getpid()].use.rss_bytes > 1_000_000
    finally:
        child.communicate(b"\n")


def test_growth_of_one_group_is_distinguished_from_that_of_another() -> None:
    uses = [{"services": Use(rss_bytes=100_000_000), "sandbox": Use(rss_bytes=1_000_000 * s)} for s in range(60)]
    readings = [Reading(at_s=float(s), busy_us=0.0, uses=use) for s, use in enumerate(uses)]

    meter = Meter(groups=Groups(pids={}), readings=readings)

    assert round(meter.slope_mb_per_min("services", "launcher"), 6) == 0
    assert round(meter.slope_mb_per_min("sandbox"), 6) == 60


def test_others_beside_a_neighbour_are_set_beside_those_of_an_ordinary_one() -> None:
    runs = {
        name: [Run(others=create(rate, p99), neighbour=None) for rate, p99 in found]
        for name, found in {
            "nobody": [(2_000.0, 40.0)] * 3,
            "ordinary": [(900.0, 90.0), (1_000.0, 100.0), (5_000.0, 500.0)],
            "hot": [(1.0, 110.0), (950.0, 120.0), (960.0, 1.0)],
        }.items()
    }

    found = with_goals(summed_up("hot", runs), {})

    assert (found.name, found.ops_per_s) == ("beside_hot", 950.0)
    assert (found.figures["rate_to_ordinary"], found.figures["rate_to_nobody"]) == (0.95, 0.475)
    assert found.figures["p99_to_ordinary"] == 1.1
    assert [(goal.what, goal.is_met) for goal in found.goals] == [
        ("errors", True),
        ("others' creates to those beside ordinary ones", True),
    ]
