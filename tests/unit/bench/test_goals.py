"""Goals are ratios within one run, and a run that failed meets none."""

import pytest
from bench.measure.result import GoalCheck, LatencyMs, Measurement
from bench.report.goal_list import GOALS, INFORMATION, with_goals
from bench.runner import CASES, with_bases


def measured(name: str, ops_per_s: float, cpu: dict[str, float] | None = None, **more: object) -> Measurement:
    usual = {
        "name": name,
        "what": name,
        "operations": 5_000,
        "ops_per_s": ops_per_s,
        "latency_ms": LatencyMs(mean=1, p50=2, p95=3, p99=50, max=100),
        "cpu_us": {"services": 300.0, "mongod": 100.0, "load": 15.0} if cpu is None else cpu,
    }
    return Measurement(**{**usual, **more})


def raw(ops_per_s: float = 1_000.0, **more: object) -> Measurement:
    return measured("raw_one_by_one_64", ops_per_s, {"driver": 400.0, "mongod": 600.0}, **more)


def checked(measurement: Measurement, *others: Measurement) -> dict[str, GoalCheck]:
    return {check.what: check for check in with_goals(measurement, {m.name: m for m in others}).goals}


def test_goals_are_ratios_to_the_raw_driver_of_the_same_run() -> None:
    found = checked(measured("create_128", 1_900.0), raw())

    assert [(check.what, check.value, check.is_met) for check in found.values()] == [
        ("errors", 0, True),
        ("creates/s ÷ raw_one_by_one_64", 1.9, False),
        ("p99 ÷ raw_one_by_one_64", 1.0, True),
        ("CPU, services + mongod ÷ raw_one_by_one_64", 0.4, True),
    ]


def test_figures_that_depend_on_the_machine_are_information() -> None:
    found = with_goals(measured("create_128", 2_900.0), {})

    assert [(check.what, check.is_met) for check in found.information] == [("creates/s", False), ("p99 ms", True)]


def test_without_the_raw_driver_no_ratio_is_met() -> None:
    found = checked(measured("create_128", 9_000.0))

    assert [check.why for check in found.values()] == ["", *["raw_one_by_one_64 did not run"] * 3]


def test_a_negative_count_with_errors_meets_no_goal() -> None:
    settle = measured(
        "settle",
        512.0,
        {"services": 100.0, "mongod": 100.0},
        errors=14_795,
        figures={"not_completed": -2_096.0, "highest_sustained_per_s": 9_000.0},
    )

    found = checked(settle, raw())

    assert {check.is_met for check in found.values()} == {False}
    assert found["requested, not completed"].value == -2_096.0
    assert found["requested, not completed"].why == "settle had 14,795 errors"


def test_a_negative_count_alone_meets_no_goal_either() -> None:
    settle = measured("settle", 512.0, figures={"not_completed": -2_096.0, "highest_sustained_per_s": 9_000.0})

    found = checked(settle, raw())

    assert {check.is_met for check in found.values()} == {False}
    assert "a sound run" in found


@pytest.mark.parametrize("broken", [raw(errors=1), raw(operations=499), raw(ops_per_s=0.0, cpu_us={})])
def test_a_raw_run_that_failed_is_no_base(broken: Measurement) -> None:
    found = checked(measured("create_128", 9_000.0), broken)

    assert [check.is_met for check in list(found.values())[1:2]] == [False]


def test_rates_meet_nothing_while_others_had_the_cores_but_cpu_may() -> None:
    found = checked(measured("create_128", 9_000.0), raw(others_share=0.31))

    assert found["creates/s ÷ raw_one_by_one_64"].why == "others had 31%"
    assert not found["creates/s ÷ raw_one_by_one_64"].is_met
    assert found["CPU, services + mongod ÷ raw_one_by_one_64"].is_met


def test_too_few_operations_meet_no_goal() -> None:
    found = checked(measured("create_128", 9_000.0, operations=499), raw())

    assert {check.is_met for check in found.values()} == {False}
    assert {check.why for check in found.values()} == {"create_128 had 499 operations only"}


def test_errors_miss_a_goal_of_their_own() -> None:
    found = checked(measured("other", 1.0, errors=1))

    assert [(check.what, check.is_met) for check in found.values()] == [("errors", False)]


def test_a_value_that_was_not_measured_misses_its_goal() -> None:
    found = checked(measured("read", 9_000.0, {}), measured("raw_read_64", 1.0, {"driver": 1.0, "mongod": 1.0}))

    assert found["CPU, services + mongod ÷ raw_read_64"].why == "not measured"


def test_bounds_without_a_base_count_what_must_not_happen_or_are_ratios_already() -> None:
    absolute = {goal.what: goal.bound for goals in GOALS.values() for goal in goals if not goal.base}

    assert absolute == {
        "requested, not completed": 0,
        "held more than accepted": 0,
        "others' creates to those beside ordinary ones": 0.9,
        "goodput to the peak": 0.8,
        "recovery s": 5,
        "others' goodput to alone": 0.9,
    }
    assert not [goal for goals in INFORMATION.values() for goal in goals if goal.base]


def test_the_raw_driver_runs_with_every_case_that_is_set_beside_it() -> None:
    assert "baseline" in with_bases(["create"])
    assert with_bases(["memory"]) == {"memory"}
    assert with_bases(["read"]) <= set(CASES)
