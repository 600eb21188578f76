"""Writes the generated part of docs/capacity.md."""

from collections.abc import Sequence
from pathlib import Path

from bench.capacity.model import Model, Step

BEGIN, END = "<!-- capacity: generated, do not edit -->\n", "<!-- end of capacity -->\n"
PAGE = "capacity.md"
REMEDIES = {
    "tasks of api": "more ECS tasks: raise `max_capacity`; the tasks share nothing",
    "tasks of request-manager": "more ECS tasks; they take work from SQS and by leases, each refund once",
    "tasks of gateway-integration": "more ECS tasks; ask the gateway for a higher rate limit first",
    "tasks of parameter-resolution": "more ECS tasks; they only read",
    "one relay": "one relay for each shard of MongoDB, with a change stream of its own; to be built",
    "CPU of one primary": "sharded MongoDB by merchant: every filter of a write has the merchant, ids carry its route",
    "replication log of one primary": "sharded MongoDB by merchant",
    "disk for 72 h of replication log": "a shorter window, or sharded MongoDB by merchant",
}


def write_page(model: Model, docs: Path) -> None:
    """Writes the tables into the page, between its marks."""
    page = docs / PAGE
    page.write_text(with_tables(page.read_text(encoding="utf-8"), model), encoding="utf-8")


def with_tables(text: str, model: Model) -> str:
    """The page with the present tables."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{tables(model)}{END}{after}"


def tables(model: Model) -> str:
    """What was measured, the steps, and the limits of the planned production."""
    steps = [model.step(rate) for rate in model.assumed.rates_per_s]
    return "\n".join([*_measured(model), "", *_steps(steps), "", *_limits(model, steps)]) + "\n"


def _measured(model: Model) -> list[str]:
    found = model.measured
    services = ", ".join(f"{name} {us:,.0f}" for name, us in found.service_us.items())
    machine = found.machine
    return [
        f"Measured on {found.date} at {found.commit.rstrip('+')}, {machine.cpu}, {machine.cores} cores,",
        f"of which others had {found.others_share:.0%}: {found.completed:,} refunds, created to completed at",
        f"{found.rate_per_s:,.0f}/s. CPU µs of each: {services},",
        f"mongod {found.mongod_us:,.0f}. Bytes of each: {found.oplog_bytes:,.0f} in the replication log,",
        f"{found.stored_bytes:,.0f} stored with its payment and indexes.",
    ]


def _steps(steps: Sequence[Step]) -> list[str]:
    heads = [f"{step.rate_per_s:,.0f}/s" for step in steps]
    rows = [
        *((f"tasks of {name}", [f"{step.tasks[name]:,}" for step in steps]) for name in steps[0].tasks),
        ("Atlas", [_database(step) for step in steps]),
        ("replication log of 72 h, GB a shard", [f"{step.oplog_gb_of_shard:,.0f}" for step in steps]),
        ("newly stored, GB a day", [f"{step.stored_gb_per_day:,.0f}" for step in steps]),
        ("USD a month", [f"{step.usd_per_month:,.0f}" for step in steps]),
        ("**USD per million refunds**", [f"**{step.usd_per_million_at_mean:,.2f}**" for step in steps]),
        ("USD per million, rate held all day", [f"{step.usd_per_million:,.2f}" for step in steps]),
        ("breaks first in the planned production", [step.broken[0] if step.broken else "nothing" for step in steps]),
        ("breaks after it", [", ".join(step.broken[1:]) or "nothing" for step in steps]),
    ]
    lines = [f"| computed for | {' | '.join(heads)} |", "|---|" + "---:|" * len(steps)]
    return [*lines, *(f"| {name} | {' | '.join(cells)} |" for name, cells in rows)]


def _database(step: Step) -> str:
    shards = step.database.shards
    return f"{step.database.tier}, " + ("a replica set" if shards == 1 else f"{shards:,} shards")


def _limits(model: Model, steps: Sequence[Step]) -> list[str]:
    lines = ["| limit of the planned production | holds to, refunds/s | remedy |", "|---|---:|---|"]
    highest = max(step.rate_per_s for step in steps)
    lines += [f"| {name} | {most:,.0f} | {REMEDIES[name]} |" for name, most in model.limits() if most < highest]
    return lines
