"""How many refunds of this run are settled: asked of the sandbox's own counters and of the database."""

from dataclasses import dataclass
from datetime import datetime
from time import perf_counter, sleep
from typing import Any

from pymongo import MongoClient
from pymongo.read_concern import ReadConcern

from bench.cases.bench import Bench
from bench.instance.http import metrics

DATABASE, PAYMENTS = "refunds", "payments"
MOVED = 'sandbox_refunds_total{status="succeeded"}'
DUE_INDEX = "sweep_finds_due_work"
WAIT_S_MAX = 180.0
_STEP_S = 0.5


def moved_at_gateway(bench: Bench) -> int:
    """Refunds that the sandbox gateway has booked since it started."""
    return int(metrics(bench.ready.sandbox_url).get(MOVED, 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """One refund as the database has it. Times in seconds since 1970."""

    created_s: float
    updated_s: float
    is_completed: bool


def open_refunds(bench: Bench) -> int:
    """Payments of this run with a refund that is still on its way to or at the gateway."""
    with _client(bench) as client:
        wanted = {
            "due_for": {"$in": ["review", "gateway"]},
            "due_at": {"$exists": True},
            "merchant_id": {"$in": bench.seeder.merchants},
        }
        return int(_payments(client).count_documents(wanted, hint=DUE_INDEX))


def wait_until_settled(bench: Bench) -> float:
    """Wait until none is open; how many seconds that took, at most WAIT_S_MAX."""
    began_s = perf_counter()
    while open_refunds(bench) and perf_counter() - began_s < WAIT_S_MAX:
        sleep(_STEP_S)
    return perf_counter() - began_s


def settlements(bench: Bench, created_from: datetime) -> list[Settlement]:
    """All refunds of this run that were asked for since."""
    fields = {"refunds.created_at": 1, "refunds.updated_at": 1, "refunds.status": 1}
    wanted = {"merchant_id": {"$in": bench.seeder.merchants}}
    found: list[Settlement] = []
    with _client(bench) as client:
        for document in _payments(client).find(wanted, fields, batch_size=5_000):
            found += [_settlement(r) for r in document["refunds"] if r["created_at"] >= created_from]
    return found


def _settlement(refund: dict[str, Any]) -> Settlement:
    return Settlement(
        created_s=refund["created_at"].timestamp(),
        updated_s=refund["updated_at"].timestamp(),
        is_completed=refund["status"] == "completed",
    )


def _client(bench: Bench) -> "MongoClient[dict[str, Any]]":
    return MongoClient(bench.ready.mongodb_uri, tz_aware=True, appname="bench")


def _payments(client: "MongoClient[dict[str, Any]]") -> Any:
    return client[DATABASE].get_collection(PAYMENTS, read_concern=ReadConcern("majority"))
