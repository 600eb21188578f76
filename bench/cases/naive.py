"""Measures the product's requests on naive designs, one on the same mongod and one on PostgreSQL if installed."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from pymongo.write_concern import WriteConcern

from bench.load.spawn import run_load
from bench.measure.groups import MONGOD, Groups
from bench.measure.meter import Meter
from bench.measure.result import Measurement, measurement_of
from bench.naive import environment, postgres
from bench.naive.server import free_port, serving
from bench.support.bench import Bench
from bench.support.refund_requests import LARGE_AMOUNT, refund_request

SECONDS = 5.0
PER_S_MAX = 2_500
CONNECTIONS = 128
WARM_UP = 500
DATABASE = "bench_naive"
ON_MONGO, ON_SQL = "naive_mongo_128", "naive_sql_128"


def run(bench: Bench) -> list[Measurement]:
    """Measures both designs. If PostgreSQL is not installed, its measurement has no operations and says so."""
    return [on_mongo(bench), on_sql(bench)]


def on_mongo(bench: Bench) -> Measurement:
    """One transaction for each request on the product's own mongod."""
    port, database = free_port(), bench.database.client[DATABASE]
    durable = database.with_options(write_concern=WriteConcern(w="majority", j=True))
    payments = [
        {"_id": one, "currency": "USD", "captured_amount": 500_000, "reserved_amount": 0} for one in _ids(bench)
    ]
    try:
        durable["payments"].insert_many(payments, ordered=False)
        for name in ("refunds", "keys", "outbox"):
            durable.create_collection(name)
        command = [sys.executable, "-m", "bench.naive.mongo_app", bench.ready.mongodb_uri, DATABASE, str(port)]
        with _folder() as folder, serving(command, port, {}, folder / "log") as pid:
            groups = {"naive": frozenset({pid}), MONGOD: bench.groups.pids.get(MONGOD, frozenset())}
            return _measured(bench, ON_MONGO, "one transaction a request on the same mongod", port, groups)
    finally:
        bench.database.client.drop_database(DATABASE)


def on_sql(bench: Bench) -> Measurement:
    """FastAPI, SQLAlchemy and PostgreSQL, if it is installed."""
    what = "FastAPI, SQLAlchemy, PostgreSQL: SELECT … FOR UPDATE, one transaction a request"
    programs = postgres.programs()
    if programs is None:
        return Measurement(name=ON_SQL, what=what, notes=["PostgreSQL is not installed"])
    port, sql_port = free_port(), free_port()
    command = [str(environment.python(bench.say)), "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--no-log", "bench.naive.sql_app:app"]
    url = {"BENCH_SQL_URL": f"postgresql+asyncpg://postgres@127.0.0.1:{sql_port}/postgres"}
    with (
        _folder() as folder,
        postgres.postgres(programs, folder / "postgres", sql_port, len(_ids(bench))) as sql_pid,
        serving(command, port, url, folder / "log") as pid,
    ):
        groups = {"naive": frozenset({pid}), "postgres": frozenset({sql_pid})}
        return _measured(bench, ON_SQL, what, port, groups)


def _measured(bench: Bench, name: str, what: str, port: int, pids: dict[str, frozenset[int]]) -> Measurement:
    requests = [refund_request(bench.seeder, one, f"ref-{one}", LARGE_AMOUNT) for one in _ids(bench)]
    first, rest = requests[:WARM_UP], requests[WARM_UP:]
    plan = bench.plan(rest, connections=CONNECTIONS, seconds=_seconds(bench))
    plan = msgspec.structs.replace(plan, host="127.0.0.1", port=port)
    bench.say(f"{name}: {what}, {CONNECTIONS} connections")
    run_load(msgspec.structs.replace(plan, requests=first, connections=32, seconds=60.0))
    meter = Meter(groups=Groups(pids=pids))
    result = run_load(plan, on_begun=meter.read, on_tick=lambda _: meter.read())
    meter.read()
    return measurement_of(name, what, result, meter)


def _ids(bench: Bench) -> list[str]:
    return [f"pay_naive{number:08d}" for number in range(WARM_UP + int(PER_S_MAX * _seconds(bench)))]


def _seconds(bench: Bench) -> float:
    return min(bench.options.seconds_or(SECONDS), SECONDS)


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="bench-naive-") as name:
        yield Path(name)
