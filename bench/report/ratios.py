"""Computes ratios between the product and the bare driver, and between two reports."""

from collections.abc import Sequence

from bench.measure.groups import LOAD, MONGOD, PRODUCT, SERVICES
from bench.measure.result import Measurement, Report

PAIRS = (
    ("create_1", "raw_one_by_one_1"),
    ("create_128", "raw_one_by_one_64"),
    ("create_128", "raw_bulk_64"),
    ("create_128_busy", "raw_one_by_one_64"),
    ("settle_highest", "raw_one_by_one_64"),
    ("create_128", "naive_mongo_128"),
    ("create_128_busy", "naive_mongo_128"),
    ("create_128", "naive_sql_128"),
    ("create_128_busy", "naive_sql_128"),
    ("read", "raw_read_64"),
)


BASE_GROUPS = ("driver", "naive", MONGOD, "postgres")


def against_raw(measurements: Sequence[Measurement]) -> list[tuple[str, float, float]]:
    """Compares the product with the bare driver for each pair that was measured.

    Each row has the names, the ratio of operations per second, and the ratio of CPU time.
    """
    by_name = {m.name: m for m in measurements}
    rows = []
    for product, raw in PAIRS:
        if product in by_name and raw in by_name and by_name[raw].operations:
            ours, bare = by_name[product], by_name[raw]
            cpu_bare = sum(bare.cpu_us.get(group, 0.0) for group in BASE_GROUPS)
            rows.append(
                (
                    f"{product} / {raw}",
                    _ratio(ours.ops_per_s, bare.ops_per_s),
                    _ratio(sum(ours.cpu_us.get(g, 0.0) for g in PRODUCT), cpu_bare),
                )
            )
    return rows


def between(before: Report, after: Report) -> list[tuple[str, str, float, float, float]]:
    """Compares all values that both reports have.

    Each row has the measurement, the value's name, the value before, the value after, and their ratio (after / before).
    """
    earlier = {m.name: m for m in before.measurements}
    return [
        (m.name, what, was, now, _ratio(now, was))
        for m in after.measurements
        if m.name in earlier
        for what, was, now in _shared(earlier[m.name], m)
    ]


def _shared(before: Measurement, after: Measurement) -> list[tuple[str, float, float]]:
    old, new = values(before), values(after)
    return [(what, old[what], new[what]) for what in new if what in old]


def values(measurement: Measurement) -> dict[str, float]:
    """Returns all values of the measurement that are worth comparing, by name."""
    found = {"ops/s": measurement.ops_per_s} if measurement.ops_per_s else {}
    if measurement.latency_ms is not None:
        found |= {f"{q} ms": getattr(measurement.latency_ms, q) for q in ("p50", "p95", "p99")}
    groups = (SERVICES, "driver", MONGOD, "sandbox", LOAD)
    found |= {f"CPU µs {g}": measurement.cpu_us[g] for g in groups if g in measurement.cpu_us}
    if "python" in measurement.memory_mb:
        found["python MB"] = measurement.memory_mb["python"]
    return found | measurement.figures


def _ratio(value: float, base: float) -> float:
    return value / base if base else 0.0
