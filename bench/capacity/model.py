"""Computes the tasks, database, cost and limits of a rate. All figures and assumptions are parameters."""

from dataclasses import dataclass
from math import ceil

import msgspec

from bench.capacity.figures import Assumed, Measured, Prices, Tier

US_PER_S = 1e6
MB = 1e6
SECONDS_PER_HOUR = 3_600


class Database(msgspec.Struct, frozen=True, kw_only=True):
    """The number of shards, which are all of one tier. A single shard is a replica set without sharding."""

    tier: str
    shards: int
    usd_per_month: float


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """What one rate takes."""

    rate_per_s: float
    tasks: dict[str, int]
    database: Database
    oplog_gb_of_shard: float
    stored_gb_per_day: float
    usd_per_month: float
    usd_per_million: float
    usd_per_million_at_mean: float
    broken: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The three sources together."""

    measured: Measured
    assumed: Assumed
    prices: Prices

    def step(self, rate_per_s: float) -> Step:
        """Sizes and costs for that many created and completed refunds a second."""
        database = self.database(rate_per_s)
        tasks = {name: self.tasks(name, rate_per_s) for name in self.assumed.tasks}
        standing = self.assumed.standing_usd_per_month + database.usd_per_month + self._tasks_usd(tasks)
        per_million = self.usd_of_use_per_million()
        millions = rate_per_s * SECONDS_PER_HOUR * self.prices.hours_per_month / 1e6
        mean_per_s = rate_per_s * self.assumed.mean_share
        return Step(
            rate_per_s=rate_per_s,
            tasks=tasks,
            database=database,
            oplog_gb_of_shard=rate_per_s * self._log_gb_of_rate() / database.shards,
            stored_gb_per_day=mean_per_s * self.measured.stored_bytes * 24 * SECONDS_PER_HOUR / 1e9,
            usd_per_month=standing + per_million * millions * self.assumed.mean_share,
            usd_per_million=standing / millions + per_million,
            usd_per_million_at_mean=standing / (millions * self.assumed.mean_share) + per_million,
            broken=[name for name, most in self.limits() if most < rate_per_s],
        )

    def tasks(self, service: str, rate_per_s: float) -> int:
        """Returns how many tasks a service needs so that none is busier than `busy_share_max` allows."""
        return max(self.assumed.tasks[service].fewest, ceil(rate_per_s / self._rate_of_task(service)))

    def database(self, rate_per_s: float) -> Database:
        """Returns the cheapest shards of one tier that can handle the CPU, log and disk use of the rate."""
        found = [self._shards(tier, rate_per_s) for tier in self.assumed.tiers]
        return min(found, key=lambda database: database.usd_per_month)

    def limits(self) -> list[tuple[str, float]]:
        """What of the planned production ends at which rate, the lowest first."""
        most = {name: task.most * self._rate_of_task(name) for name, task in self.assumed.tasks.items()}
        largest = max(self.assumed.tiers, key=lambda tier: tier.vcpu)
        found = {f"tasks of {name}": rate for name, rate in most.items() if name != "reporting-engine"}
        found["one relay"] = self._rate_of_task("reporting-engine")
        found["CPU of one primary"] = self._rate_of_tier(largest)
        found["replication log of one primary"] = self._rate_of_log()
        found["disk for 72 h of replication log"] = self._rate_of_disk()
        return sorted(found.items(), key=lambda limit: limit[1])

    def usd_of_use_per_million(self) -> float:
        """Returns the US dollars per million refunds for what is paid by use (queue, firewall, edge, balancer)."""
        usd, assumed = self.prices.usd, self.assumed
        requests = assumed.requests_per_refund
        balancer_gb = requests * assumed.request_bytes * 1e6 / 1e9
        return (
            assumed.queue_calls_per_refund * usd["sqs_million"]
            + requests * (usd["web_acl_million"] + usd["edge_million"])
            + balancer_gb * usd["load_balancer_unit"]
        )

    def _share_us(self) -> float:
        return US_PER_S * self.assumed.busy_share_max * self.assumed.vcpu_speed

    def _rate_of_task(self, service: str) -> float:
        return self._share_us() * min(1.0, self.assumed.tasks[service].vcpu) / self.measured.service_us[service]

    def _rate_of_tier(self, tier: Tier) -> float:
        return self._share_us() * tier.vcpu / self.measured.mongod_us

    def _rate_of_log(self) -> float:
        return self.assumed.oplog_mb_per_s_of_shard_max * MB / self.measured.oplog_bytes

    def _log_gb_of_rate(self) -> float:
        """Returns the kept log in GB for one refund a second in the busiest hour. It depends on the mean rate."""
        kept_s = self.assumed.oplog_hours * SECONDS_PER_HOUR * self.assumed.mean_share
        return self.measured.oplog_bytes * kept_s / 1e9

    def _rate_of_disk(self) -> float:
        return self.assumed.oplog_gb_of_shard_max / self._log_gb_of_rate()

    def _shards(self, tier: Tier, rate_per_s: float) -> Database:
        shards = ceil(rate_per_s / min(self._rate_of_tier(tier), self._rate_of_log(), self._rate_of_disk()))
        nodes = shards * self.assumed.nodes_per_shard / 3
        usd = nodes * self.prices.usd[f"atlas_{tier.name}"] * self.prices.hours_per_month
        return Database(tier=tier.name, shards=shards, usd_per_month=usd)

    def _tasks_usd(self, tasks: dict[str, int]) -> float:
        usd = self.prices.usd
        hourly = sum(
            count
            * (
                usd["fargate_vcpu"] * self.assumed.tasks[name].vcpu
                + usd["fargate_gb"] * self.assumed.tasks[name].memory_gb
            )
            for name, count in tasks.items()
        )
        return hourly * self.prices.hours_per_month
