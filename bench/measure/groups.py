"""Groups the processes of a running instance, to count the product apart from its database."""

from collections.abc import Mapping
from dataclasses import dataclass

from bench.instance.ready import Ready
from bench.measure.processes import Process, Use, family, process_table, use_of

SERVICES, LAUNCHER, SANDBOX = "services", "launcher", "sandbox"
MONGOD, REDIS, LOAD = "mongod", "redis", "load"
GROUPS = (SERVICES, MONGOD, REDIS, SANDBOX, LAUNCHER)
PYTHON = (SERVICES, SANDBOX, LAUNCHER)
PRODUCT = (SERVICES, MONGOD)
_CHILD_NAMES = {"mongodb": MONGOD, "redis": REDIS, "sandbox": SANDBOX}


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """The ids of each group's first processes. Their descendants are looked up again at each reading."""

    pids: Mapping[str, frozenset[int]]

    def read(self) -> dict[str, Use]:
        """Returns the CPU time and memory of each group."""
        table = process_table()
        return {group: use_of(self._members(group, table), table) for group in self.pids}

    def _members(self, group: str, table: dict[int, Process]) -> set[int]:
        if group == LAUNCHER:
            return set(self.pids[group])
        return set().union(*(family(pid, table) for pid in self.pids[group]))


def groups_of(ready: Ready) -> Groups:
    """Returns the groups of an instance. A server that the instance did not start has no group."""
    pids: dict[str, set[int]] = {
        SERVICES: {service.pid for service in ready.services.values()},
        LAUNCHER: {ready.pid},
    }
    for child, group in _CHILD_NAMES.items():
        if child in ready.children:
            pids[group] = {ready.children[child]}
    return Groups(pids={group: frozenset(pids[group]) for group in GROUPS if group in pids})
