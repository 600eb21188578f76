"""How tests are spread over the workers of pytest-xdist: file by file, those that share a costly instance together.

The plugin of tests/conftest.py hands `ByFile` to xdist. A worker takes the next group when it is done with one, so the
longest come first. Knows nothing of what the tests check.
"""

from collections.abc import Sequence

import pytest
from xdist.scheduler import LoadScopeScheduling

APPLIED = "the applied environment"
MOCKED = "the mocked environments"

TOGETHER = {
    "tests/infrastructure/installation/test_application_on_aws.py": APPLIED,
    "tests/infrastructure/installation/test_applied_environment.py": APPLIED,
    "tests/infrastructure/environments/": MOCKED,
}
"""Files, and whole folders, that one worker runs in their order: they share an instance that takes minutes."""

LONGEST_FIRST = (
    "tests/simulation/test_days.py",
    APPLIED,
    "tests/e2e/test_kill_points.py",
    "tests/infrastructure/stacks/test_modules.py",
    "tests/infrastructure/containers/test_containers.py",
    MOCKED,
    "tests/e2e/test_main_job.py",
    "tests/e2e/test_concurrency.py",
    "tests/infrastructure/stacks/test_style.py",
    "tests/service/store/test_replica_set.py",
    "tests/e2e/test_redis_away.py",
)
"""Groups by how long they take (`--durations` prints it); whatever is not named comes after these, as collected.

The days come first: they leave the cores to other tests, see `tests/support/simulation/simulated_days.py`.
"""


def group_of(path: str) -> str:
    """The group of a file of tests, named by its path from the root: its own, unless it shares with others."""
    return next((group for beginning, group in TOGETHER.items() if path.startswith(beginning)), path)


def longest_first(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The tests in the order in which their groups are handed out; within a group as they were."""
    rank = {group: place for place, group in enumerate(LONGEST_FIRST)}
    return sorted(items, key=lambda item: rank.get(group_of(item.nodeid.split("::")[0]), len(rank)))


class ByFile(LoadScopeScheduling):
    """Hands whole groups to the workers, in the order of the collected tests."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid.split("::", maxsplit=1)[0])
