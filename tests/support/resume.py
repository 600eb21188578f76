"""Long tests run by hand (`make long`) and go on where they were stopped: what passed on this tree is not run again.

A plugin of tests/conftest.py. Tests marked `long` are left out unless `--resume FILE` is given; FILE keeps the passed
ones under a digest of the tree (commit and uncommitted changes), so that a changed tree begins anew.
"""

import hashlib
import json
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def tree_digest() -> str:
    """Names what is tested: the commit, and what has been changed or added since."""
    parts = (("git", "rev-parse", "HEAD"), ("git", "diff", "HEAD"), ("git", "status", "--porcelain"))
    outputs = [subprocess.run(part, cwd=ROOT, capture_output=True, check=True).stdout for part in parts]
    return hashlib.sha256(b"\0".join(outputs)).hexdigest()[:16]


class Resume:
    """Runs the long tests that have not passed on this tree yet, and notes each as it passes."""

    def __init__(self, file: Path, tree: str) -> None:
        self._file = file
        self._tree = tree

    def passed(self) -> frozenset[str]:
        """Ids of the tests that passed on this tree."""
        if not self._file.is_file():
            return frozenset()
        rows = map(json.loads, self._file.read_text(encoding="utf-8").splitlines())
        return frozenset(row["test"] for row in rows if row["tree"] == self._tree)

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Leave out what passed."""
        passed = self.passed()
        done = [item for item in items if item.nodeid in passed]
        if done:
            config.hook.pytest_deselected(items=done)
            items[:] = [item for item in items if item.nodeid not in passed]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a test at once, so that a stop at any moment keeps it."""
        if report.when != "call" or not report.passed:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        row = {"tree": self._tree, "test": report.nodeid, "seconds": round(report.duration, 1)}
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")


def leave_out_long(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without `--resume` no test marked `long` runs."""
    long = [item for item in items if item.get_closest_marker("long")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item.get_closest_marker("long") is None]
