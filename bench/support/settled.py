"""Counts how many refunds of this benchmark run are settled (in the sandbox) and listed (in the database)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter, sleep
from typing import Any

from bench.instance.http import metrics
from bench.support.bench import Bench
from refunds.adapters.local.clock import SystemClock

DUE_INDEX = "sweep_finds_due_work"
MOVED = 'sandbox_refunds_total{status="succeeded"}'
WAIT_S_MAX = 180.0
_STEP_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """One refund as the database has it. Times are in seconds since 1970."""

    created_s: float
    updated_s: float
    is_completed: bool


def moved_at_gateway(bench: Bench) -> int:
    """Returns how many refunds the sandbox gateway has booked since it started."""
    return int(metrics(bench.ready.sandbox_url).get(MOVED, 0))


def open_refunds(bench: Bench, merchants: Sequence[str] | None) -> int:
    """Counts payments with a refund that is due for review or for the gateway. If `merchants` is None, counts all."""
    wanted: dict[str, Any] = {"due_for": {"$in": ["review", "gateway"]}, "due_at": {"$exists": True}}
    if merchants is not None:
        wanted["merchant_id"] = {"$in": merchants}
    return int(bench.database["payments"].count_documents(wanted, hint=DUE_INDEX))


def wait_until_settled(bench: Bench, merchants: Sequence[str] | None = ()) -> float:
    """Waits until these merchants have no open refunds. None means all merchants, and () means those of this run.

    Returns how many seconds that took, at most WAIT_S_MAX.
    """
    began_s = perf_counter()
    waited_for = bench.seeder.merchants if merchants == () else merchants
    while open_refunds(bench, waited_for) and perf_counter() - began_s < WAIT_S_MAX:
        sleep(_STEP_S)
    return perf_counter() - began_s


def settlements(bench: Bench, created_from: datetime) -> list[Settlement]:
    """Returns all refunds of this benchmark run that were created at `created_from` or later."""
    fields = {"refunds.created_at": 1, "refunds.updated_at": 1, "refunds.status": 1}
    wanted = {"merchant_id": {"$in": bench.seeder.merchants}}
    found: list[Settlement] = []
    for document in bench.database["payments"].find(wanted, fields, batch_size=5_000):
        found += [_settlement(r) for r in document["refunds"] if r["created_at"] >= created_from]
    return found


def _settlement(refund: dict[str, Any]) -> Settlement:
    return Settlement(
        created_s=refund["created_at"].timestamp(),
        updated_s=refund["updated_at"].timestamp(),
        is_completed=refund["status"] == "completed",
    )


def relay_lag_s(bench: Bench) -> float | None:
    """Returns the age in seconds of the newest listed refund, or None if the list is empty.

    While refunds are being requested, the relay's lag is at most this age.
    """
    newest_first = [("created_at", -1), ("_id", -1)]
    newest = bench.database["refund_list"].find_one({"path": "platform"}, sort=newest_first)
    if newest is None:
        return None
    age = SystemClock().now() - newest["created_at"]
    return float(age.total_seconds())
