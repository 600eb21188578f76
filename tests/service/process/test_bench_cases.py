"""Growth and the naive design at a small size, on a running instance."""

from collections.abc import Iterator

import pytest
from bench.cases.naive import on_mongo
from bench.growth.result import OPERATIONS
from bench.growth.runs import cells_of
from bench.runner import Wanted, instance
from bench.support.bench import Bench, Options

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    options = Options(seconds=0.5)
    with instance(Wanted(names=(), options=options), print) as running:
        yield running


def test_growth_measures_every_operation_on_stored_copies(bench: Bench) -> None:
    grown = dict(cells_of(bench, (300, 600), refunds=2, merchants=12, seconds=0.5))

    assert list(grown) == [300, 600]
    for costs in grown.values():
        assert list(costs) == list(OPERATIONS)
        assert all(cost.operations > 0 for cost in costs.values())
        # 64 connections are more than a busy machine may answer in time: it may refuse a few
        assert all(cost.errors <= cost.operations // 5 for cost in costs.values()), costs
    assert bench.database["payments"].count_documents({}) == 1 + 600


def test_naive_design_answers_every_request_and_leaves_nothing_behind(bench: Bench) -> None:
    measured = on_mongo(bench)

    assert measured.operations > 0
    assert measured.errors == 0
    assert "bench_naive" not in bench.database.client.list_database_names()
