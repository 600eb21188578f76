"""Measures what the model needs for each completed refund, which is CPU of each service and mongod, and bytes."""

from collections.abc import Callable
from datetime import UTC

from bench.capacity.figures import Measured
from bench.measure.groups import MONGOD, Groups
from bench.report.machine import commit, machine
from bench.runner import Wanted, instance
from bench.support.bench import Options
from bench.versions.oplog import settled_at_rate
from refunds.adapters.local.clock import SystemClock

STORED = ("dataSize", "indexSize")


def measure(rate_per_s: float, seconds: float, say: Callable[[str], None]) -> Measured:
    """Measures one run with each service in its own process, as in production."""
    options = Options(seconds=seconds, rate_per_s=rate_per_s)
    with instance(Wanted(names=(), options=options, flags=("--split",)), say) as bench:
        pids = {name: frozenset({service.pid}) for name, service in bench.ready.services.items()}
        bench.groups = Groups(pids={**pids, MONGOD: bench.groups.pids[MONGOD]})
        (settled,) = settled_at_rate(bench)
        refunds = bench.database["refund_list"].estimated_document_count()
        stats = bench.database.command("dbStats")
        return Measured(
            commit=commit(),
            date=SystemClock().now().astimezone(UTC).date().isoformat(),
            machine=machine(),
            rate_per_s=rate_per_s,
            completed=settled.operations,
            others_share=settled.others_share,
            service_us={name: settled.cpu_us[name] for name in pids},
            mongod_us=settled.cpu_us[MONGOD],
            oplog_bytes=settled.figures["oplog_bytes_per_refund"],
            stored_bytes=round(sum(stats[size] for size in STORED) / max(refunds, 1)),
        )
