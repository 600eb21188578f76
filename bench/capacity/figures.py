"""Reads the model's inputs from bench/measured/ and from the prices in infrastructure/terraform."""

from pathlib import Path

import msgspec

from bench.measure.result import Machine

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "bench" / "measured" / "capacity.json"
ASSUMED = ROOT / "bench" / "measured" / "assumptions.json"
PRICES = ROOT / "infrastructure" / "terraform" / "prices.json"


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """The measured CPU time in µs, replication log bytes and stored bytes (with indexes) of one completed refund."""

    commit: str
    date: str
    machine: Machine
    rate_per_s: float
    completed: int
    others_share: float
    service_us: dict[str, float]
    mongod_us: float
    oplog_bytes: float
    stored_bytes: float


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """A task (container) of a service in production. Its process uses only one core, even if the task has more."""

    vcpu: float
    memory_gb: float
    fewest: int
    most: int


class Tier(msgspec.Struct, frozen=True, kw_only=True):
    """A size of Atlas nodes. Its price for three nodes is `atlas_<name>` in the list of prices."""

    name: str
    vcpu: int
    ram_gb: int


class Assumed(msgspec.Struct, frozen=True, kw_only=True):
    """What is not measured; docs/capacity.md explains each."""

    rates_per_s: list[float]
    tasks: dict[str, Task]
    tiers: list[Tier]
    nodes_per_shard: int
    busy_share_max: float
    vcpu_speed: float
    oplog_hours: float
    oplog_mb_per_s_of_shard_max: float
    oplog_gb_of_shard_max: float
    mean_share: float
    requests_per_refund: float
    request_bytes: float
    queue_calls_per_refund: float
    standing_usd_per_month: float


class Prices(msgspec.Struct, frozen=True, kw_only=True):
    """US dollars for an hour, or for what the name says."""

    hours_per_month: float
    usd: dict[str, float]


class _Price(msgspec.Struct):
    usd: float


class _Book(msgspec.Struct):
    hours_per_month: float
    prices: dict[str, _Price]


def measured() -> Measured:
    """The kept figures."""
    return msgspec.json.decode(KEPT.read_bytes(), type=Measured)


def assumed() -> Assumed:
    """The kept assumptions."""
    return msgspec.json.decode(ASSUMED.read_bytes(), type=Assumed)


def prices() -> Prices:
    """The list prices."""
    book = msgspec.json.decode(PRICES.read_bytes(), type=_Book)
    usd = {name: price.usd for name, price in book.prices.items()}
    return Prices(hours_per_month=book.hours_per_month, usd=usd)
