"""Settles refunds at one rate and counts the bytes that each writes to the replication log."""

import msgspec
from bson import Timestamp

from bench.cases.settle import measurement_of_trial, trial
from bench.measure.result import Measurement
from bench.support.bench import Bench

SECONDS = 12.0
WARM_UP_S = 3.0
IS_SUSTAINED = "is_sustained"
"""1 if the backlog stayed level. Otherwise batches get larger, so the run's CPU cannot be compared with any other."""


def settled_at_rate(bench: Bench) -> list[Measurement]:
    """Measures one run at the wanted rate after a warm-up. CPU is per completed refund."""
    rate, seconds = bench.options.rate_per_s, bench.options.seconds_or(SECONDS)
    trial(bench, rate / 2, min(seconds, WARM_UP_S))
    began: list[Timestamp] = []

    def measured(is_running: bool) -> None:
        if is_running:
            began.append(_last(bench))

    before, bench.on_measured = bench.on_measured, measured
    try:
        done = trial(bench, rate, seconds)
    finally:
        bench.on_measured = before
    found = measurement_of_trial("settle", done, 0.0)
    figures = {name: value for name, value in found.figures.items() if name != "highest_sustained_per_s"}
    figures[IS_SUSTAINED] = float(done.is_sustained)
    if done.completed:
        figures["oplog_bytes_per_refund"] = round(_bytes_since(bench, began[-1]) / done.completed)
    return [msgspec.structs.replace(found, figures=figures)]


def _last(bench: Bench) -> Timestamp:
    newest = bench.database.client["local"]["oplog.rs"].find_one(sort=[("$natural", -1)])
    assert newest is not None
    found: Timestamp = newest["ts"]
    return found


def _bytes_since(bench: Bench, since: Timestamp) -> int:
    stages = [
        {"$match": {"ts": {"$gt": since}, "op": {"$ne": "n"}}},
        {"$group": {"_id": None, "bytes": {"$sum": {"$bsonSize": "$$ROOT"}}}},
    ]
    return int(next(iter(bench.database.client["local"]["oplog.rs"].aggregate(stages)), {"bytes": 0})["bytes"])
