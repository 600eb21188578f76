"""Every query and update that a running instance sends has an index, and reads little more than it returns.

The database itself notes each of them (its profiler, level 2) while the main job runs, lists are read with each of
their indexed filters, and the verification reads everything.
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from pymongo import MongoClient
from tests.support.http.caller import Caller
from tests.support.processes.instance import Instance

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

Operation = Mapping[str, Any]

PROFILE_BYTES = 256 * 2**20
TIMEOUT_S = 200
PAYMENTS, REFUNDS_EACH = 12, 3
SPARE = 8
"""Entries that a query may read beyond twice what it returns: the ends of ranges."""

WHOLE: Mapping[tuple[str, str], str] = {
    ("tenants", "find"): "a process reads all tenants at its start and when an unknown one is named",
    ("parameter_values", "find"): "a process reads all values at its start and when one was set",
    ("payments", "aggregate"): "verify looks for ids that two payments have",
    ("audit_log", "aggregate"): "verify counts all records",
    ("ledger_entries", "aggregate"): "verify sums all entries",
    ("refund_list", "aggregate"): "verify counts all rows",
    ("refund_list_odd", "find"): "verify looks whether the spare generation is empty",
    ("rollups_odd", "find"): "verify looks whether the spare generation is empty",
    ("ledger_entries_odd", "find"): "verify looks whether the spare generation is empty",
    ("unread_webhooks", "find"): "at most 10,000 webhooks, which operators settle",
    ("unread_webhooks", "aggregate"): "a metric counts those at most 10,000 webhooks once a minute",
}
"""What reads a whole collection on purpose, by collection and command, with the reason."""

WITHOUT_MERCHANT: Mapping[frozenset[str], str] = {
    frozenset({"_id"}): "a payment by its id, whose routing part leads to few of them",
    frozenset({"route"}): "a refund by the routing part of its id",
    frozenset({"gateway", "gateway_payment_id"}): "a webhook names the gateway's id and no merchant",
    frozenset({"gateway", "refunds.attempts.gateway_refund_id"}): "a webhook under a gateway's id of a refund",
    frozenset({"gateway", "refunds.attempts.doubt.other_ids"}): "a webhook under a gateway's other id of a refund",
    frozenset({"due_for", "due_at"}): "the sweep reads the due work of all merchants",
    frozenset({"lease"}): "the sweep reads what it has just claimed",
    frozenset(): "verify reads all payments",
}
"""Filters of payments without the merchant, which is the shard key, with the reason."""

PATHS = (
    "/v1/refunds?limit=5",
    "/v1/refunds?limit=5&status=completed",
    "/v1/refunds?limit=5&status=submitted",
    "/v1/refunds?limit=5&status=pending_approval&merchant_id={merchant}",
    "/v1/refunds?limit=5&merchant_id={merchant}",
    "/v1/refunds?payment_id={payment}",
    "/v1/events?limit=5",
    "/v1/events?limit=5&payment_id={payment}",
    "/v1/events?limit=5&refund_id={refund}",
    "/v1/audit?limit=5",
    "/v1/refunds/{refund}",
    "/v1/refunds/{refund}/events",
    "/v1/refunds/{refund}/why",
    "/v1/payments/{payment}",
    "/v1/tenants/platform/children",
    "/v1/tenants/{merchant}",
    "/v1/parameters/resolve?name=refund_window_days&tenant_id={merchant}",
    "/v1/parameters/refund_window_days/values",
)


async def _noted(instance: Instance) -> Sequence[Operation]:
    """What the database noted while the instance did its work."""
    await instance.start()
    with MongoClient[dict[str, Any]](instance.ready["mongodb_uri"]) as client:
        database = client["refunds"]
        database.create_collection("system.profile", capped=True, size=PROFILE_BYTES)
        database.command("profile", 2)
        _command(instance, "demo", "--once", "--payments", "200", "--refunds", "150", "--json")
        async with Caller(instance.ready) as caller:
            await _read_everything(caller)
        _command(instance, "verify")
        database.command("profile", 0)
        return list(database["system.profile"].find({"ns": {"$ne": "refunds.system.profile"}}))


def _command(instance: Instance, *words: str) -> None:
    command = [sys.executable, "-P", "-m", "refunds", *words, "--ready-file", str(instance.ready_file)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=TIMEOUT_S)
    assert ended.returncode == 0, ended.stdout + ended.stderr


async def _read_everything(caller: Caller) -> None:
    merchant = await caller.plant_merchant()
    payments = [await caller.capture(1_000) for _ in range(PAYMENTS)]
    refunds = [(await caller.refund(payment, 100))[1]["id"] for payment in payments for _ in range(REFUNDS_EACH)]
    for refund in refunds:
        await caller.settled(refund)
    named = {"merchant": merchant, "payment": payments[0], "refund": refunds[0]}
    for path in PATHS:
        cursor = ""
        for _ in range(2):
            status, answer, _ = await caller.call("GET", path.format(**named) + cursor)
            assert status == 200, f"{path}: {answer}"
            if not answer.get("next_cursor"):
                break
            cursor = f"&cursor={answer['next_cursor']}"


@pytest.fixture(scope="module")
def operations(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sequence[Operation]]:
    instance = Instance(tmp_path_factory.mktemp("instance"))
    try:
        yield asyncio.run(_noted(instance))
    finally:
        asyncio.run(instance.stop())


def collection_of(operation: Operation) -> str:
    return str(operation["ns"]).partition(".")[2]


def name_of(operation: Operation) -> str:
    """The command that began it: of a further batch, the first one's."""
    command = operation.get("originatingCommand") or operation["command"]
    return next(iter(command)) if operation["op"] not in ("update", "remove") else str(operation["op"])


def is_stream(operation: Operation) -> bool:
    """True for a change stream, which reads the log of all changes."""
    command = operation.get("originatingCommand") or operation["command"]
    return any("$changeStream" in stage for stage in command.get("pipeline", ()))


def filter_of(operation: Operation) -> Mapping[str, Any]:
    command = operation.get("originatingCommand") or operation["command"]
    return dict(command.get("filter") or command.get("q") or {})


def returned(operation: Operation) -> int:
    return max(int(operation.get(name, 0)) for name in ("nreturned", "nMatched", "ndeleted", "nModified"))


def shown(operation: Operation) -> str:
    counts = {name: operation.get(name) for name in ("planSummary", "keysExamined", "docsExamined", "nreturned")}
    return f"{name_of(operation)} {collection_of(operation)} {filter_of(operation)}: {counts}"


def test_the_work_was_noted(operations: Sequence[Operation]) -> None:
    updated = {collection_of(operation) for operation in operations if operation["op"] == "update"}

    assert updated >= {"payments", "refund_list", "rollups", "audit_heads", "relay_positions"}
    assert {"find", "aggregate"} <= {name_of(operation) for operation in operations if "planSummary" in operation}


def test_no_collection_is_read_whole_but_those_that_are_named(operations: Sequence[Operation]) -> None:
    scans = [o for o in operations if "COLLSCAN" in o.get("planSummary", "") and not is_stream(o)]

    assert [shown(o) for o in scans if (collection_of(o), name_of(o)) not in WHOLE] == []


def test_a_query_reads_at_most_twice_what_it_returns(operations: Sequence[Operation]) -> None:
    by_index = [o for o in operations if "IX" in o.get("planSummary", "") and o["op"] != "getmore"]

    wasteful = [o for o in by_index if int(o.get("keysExamined", 0)) > 2 * returned(o) + SPARE]

    assert len(by_index) > 100
    assert [shown(operation) for operation in wasteful] == []


def test_payments_are_found_with_their_merchant_but_for_the_filters_that_are_named(
    operations: Sequence[Operation],
) -> None:
    filters = {
        frozenset(filter_of(o))
        for o in operations
        if collection_of(o) == "payments" and "planSummary" in o and not is_stream(o)
    }

    assert {names for names in filters if "merchant_id" not in names} <= set(WITHOUT_MERCHANT)
    assert any("merchant_id" in names for names in filters)
