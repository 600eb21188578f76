"""The capacity model: sizes with headroom, the cheapest database, costs, and what breaks first."""

from pathlib import Path

import pytest
from bench.capacity.command import kept_model
from bench.capacity.figures import Assumed, Measured, Prices, Task, Tier
from bench.capacity.model import Model
from bench.capacity.page import REMEDIES, with_tables
from bench.measure.result import Machine

DOCS = Path(__file__).parents[3] / "docs"
SERVICES = {"api": 500.0, "reporting-engine": 250.0}
MODEL = Model(
    measured=Measured(
        commit="abc",
        date="2026-01-01",
        machine=Machine(cpu="x", cores=2, memory_mb=1, kernel="1", python="3.11"),
        rate_per_s=300.0,
        completed=6_000,
        others_share=0.0,
        service_us=SERVICES,
        mongod_us=1_000.0,
        oplog_bytes=10_000.0,
        stored_bytes=5_000.0,
    ),
    assumed=Assumed(
        rates_per_s=[100, 5_000],
        tasks={name: Task(vcpu=2, memory_gb=4, fewest=1, most=3) for name in SERVICES},
        tiers=[Tier(name="S", vcpu=4, ram_gb=1), Tier(name="L", vcpu=16, ram_gb=1)],
        nodes_per_shard=3,
        busy_share_max=0.5,
        vcpu_speed=1.0,
        oplog_hours=72,
        oplog_mb_per_s_of_shard_max=40,
        oplog_gb_of_shard_max=5_000,
        mean_share=0.25,
        requests_per_refund=1,
        request_bytes=1_000,
        queue_calls_per_refund=1,
        standing_usd_per_month=1_000,
    ),
    prices=Prices(
        hours_per_month=1_000,
        usd={
            "atlas_S": 1.0,
            "atlas_L": 5.0,
            "fargate_vcpu": 0.1,
            "fargate_gb": 0.0,
            "sqs_million": 1.0,
            "web_acl_million": 1.0,
            "edge_million": 1.0,
            "load_balancer_unit": 0.0,
        },
    ),
)


def test_tasks_are_busy_for_half_of_one_core_at_most() -> None:
    step = MODEL.step(5_000)

    assert step.tasks == {"api": 5, "reporting-engine": 3}
    assert MODEL.step(1).tasks == {"api": 1, "reporting-engine": 1}


def test_the_cheapest_shards_carry_cpu_and_replication_log() -> None:
    assert (MODEL.database(2_000).tier, MODEL.database(2_000).shards) == ("S", 1)
    assert (MODEL.database(20_000).tier, MODEL.database(20_000).shards) == ("S", 10)


def test_cost_of_a_million_falls_with_the_load_and_has_what_is_paid_by_use() -> None:
    step = MODEL.step(100)

    assert step.usd_per_month == pytest.approx(1_000 + 1_000 + 2 * 0.2 * 1_000 + 3 * 90)
    assert step.usd_per_million == pytest.approx(2_400 / 360 + 3)
    assert step.usd_per_million_at_mean == pytest.approx(2_400 / 90 + 3)


def test_what_ends_first_is_named_first() -> None:
    assert MODEL.limits() == [
        ("one relay", 2_000.0),
        ("tasks of api", 3_000.0),
        ("replication log of one primary", 4_000.0),
        ("disk for 72 h of replication log", pytest.approx(7_716, rel=0.001)),
        ("CPU of one primary", 8_000.0),
    ]
    assert MODEL.step(3_500).broken == ["one relay", "tasks of api"]
    assert MODEL.step(100).broken == []


def test_every_limit_of_the_kept_model_has_a_remedy() -> None:
    assert {name for name, _ in kept_model().limits()} == set(REMEDIES)


def test_the_page_shows_what_the_kept_figures_give() -> None:
    page = (DOCS / "capacity.md").read_text(encoding="utf-8")

    assert page == with_tables(page, kept_model()), "run `python -m bench capacity`"
