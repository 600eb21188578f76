"""The naive designs beside the product: their ratios, and goals where PostgreSQL is not installed."""

from bench.measure.result import Measurement
from bench.report.goal_list import with_goals
from bench.report.ratios import against_raw

CREATE = Measurement(
    name="create_128", what="creates", operations=5_000, ops_per_s=2_000.0, cpu_us={"services": 300.0, "mongod": 100.0}
)
ON_MONGO = Measurement(
    name="naive_mongo_128", what="x", operations=5_000, ops_per_s=500.0, cpu_us={"naive": 600.0, "mongod": 1_000.0}
)
ON_SQL = Measurement(
    name="naive_sql_128", what="x", operations=5_000, ops_per_s=250.0, cpu_us={"naive": 1_500.0, "postgres": 500.0}
)
NOT_INSTALLED = Measurement(name="naive_sql_128", what="x", notes=["PostgreSQL is not installed"])


def sql_goals(sql: Measurement) -> list[bool]:
    checked = with_goals(CREATE, {sql.name: sql})
    return [goal.is_met for goal in checked.goals if goal.what.endswith("naive_sql_128")]


def test_product_is_set_beside_both_naive_designs() -> None:
    assert against_raw([CREATE, ON_MONGO, ON_SQL]) == [
        ("create_128 / naive_mongo_128", 4.0, 0.25),
        ("create_128 / naive_sql_128", 8.0, 0.2),
    ]


def test_ten_times_the_naive_sql_endpoint_is_a_goal() -> None:
    assert sql_goals(ON_SQL) == [False]


def test_without_postgresql_there_is_no_goal_and_no_ratio() -> None:
    assert sql_goals(NOT_INSTALLED) == []
    assert with_goals(NOT_INSTALLED, {}) == NOT_INSTALLED
    assert against_raw([CREATE, NOT_INSTALLED]) == []


def test_a_failed_naive_run_is_still_a_base_and_meets_nothing() -> None:
    failed = Measurement(name="naive_sql_128", what="x", operations=5_000, ops_per_s=1.0, errors=1)

    assert sql_goals(failed) == [False]
