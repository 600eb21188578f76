"""Two versions beside each other: ratios of rounds, what is left out, and the goals."""

import pytest
from bench.errors import VersionMissing
from bench.measure.result import LatencyMs, Measurement
from bench.report.table import console
from bench.versions.command import print_pairs
from bench.versions.goals import checked
from bench.versions.pairs import BOTH, rows, unsound
from bench.versions.rounds import Pair, Side
from bench.versions.worktree import checked_out


def create(services_us: float, ops_per_s: float = 1_000.0, errors: int = 0, others: float = 0.0) -> Measurement:
    return Measurement(
        name="create_128",
        what="creates",
        operations=5_000,
        errors=errors,
        ops_per_s=ops_per_s,
        latency_ms=LatencyMs(mean=1, p50=2, p95=3, p99=50, max=100),
        cpu_us={"services": services_us, "mongod": 100.0},
        others_share=others,
    )


def side(version: str, *measurements: Measurement) -> Side:
    return Side(version=version, measurements={m.name: m for m in measurements})


def pair(before: Measurement, after: Measurement) -> Pair:
    return Pair(before=side("1", before), after=side("2", after))


PAIRS = [
    pair(create(900.0, 1_000.0), create(300.0, 2_000.0)),
    pair(create(1_100.0, 500.0, others=0.2), create(500.0, 900.0)),
    pair(create(900.0, 1_000.0), create(400.0, 1_900.0)),
]


def test_ratios_are_taken_within_each_round() -> None:
    found = {row.what: row for row in rows(PAIRS)}

    assert found[BOTH].ratios == [0.4, 0.5, 0.5]
    assert (found[BOTH].before, found[BOTH].after, found[BOTH].ratio) == (1_000.0, 500.0, 0.5)
    assert found["ops/s"].ratio == 1.9
    assert found["ops/s"].others_share == 0.2


def test_a_round_with_errors_is_left_out_and_named() -> None:
    broken = [*PAIRS, pair(create(900.0), create(1.0, errors=1))]

    assert [row.ratio for row in rows(broken)] == [row.ratio for row in rows(PAIRS)]
    assert unsound(broken) == [
        "round 4: create_128 is left out: errors, a growing backlog, too few operations or no run"
    ]


def test_a_settling_run_that_fell_behind_is_left_out() -> None:
    def settle(is_sustained: float) -> Measurement:
        return Measurement(name="settle", what="x", operations=600, figures={"is_sustained": is_sustained, "x": 1.0})

    assert [row.what for row in rows([pair(settle(1.0), settle(1.0))])] == ["is_sustained", "x"]
    assert rows([pair(settle(1.0), settle(0.0))]) == []


def test_no_goal_is_met_while_others_had_the_cores() -> None:
    disturbed = [pair(create(1_000.0), create(100.0, others=0.97))] * 3

    found = {check.what: check for check in checked(rows(disturbed))}

    assert not found[f"create_128: {BOTH}"].is_met
    assert found[f"create_128: {BOTH}"].why == "others had 97%"


def test_a_measurement_that_one_version_lacks_is_left_out_and_named() -> None:
    alone = Pair(before=side("1"), after=side("2", create(1.0)))

    assert rows([alone]) == []
    assert len(unsound([alone])) == 1


def test_goals_are_met_by_medians_and_never_by_what_was_not_measured() -> None:
    found = {check.what: check for check in checked(rows(PAIRS))}

    assert found[f"create_128: {BOTH}"].is_met
    assert found["create_128: ops/s"].is_met
    assert not found["create_128: p99 ms"].is_met
    assert (found[f"read: {BOTH}"].is_met, found[f"read: {BOTH}"].why) == (False, "not measured")


def test_comparison_prints_ratios_with_their_spread() -> None:
    out = console()
    with out.capture() as shown:
        print_pairs("1 → 2", PAIRS, out)

    assert "0.40-0.50" in shown.get()
    assert "missed" in shown.get()


def test_an_unknown_version_is_one_clear_error() -> None:
    with pytest.raises(VersionMissing, match="rev-parse"):
        checked_out("no-such-version", print)
