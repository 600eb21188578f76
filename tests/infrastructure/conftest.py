"""The tier of infrastructure/: what it needs is looked for here, and one emulator serves a whole module of tests.

Where Terraform is missing, every test of this folder is skipped with that reason; with CI=true it fails instead.
"""

import importlib.util
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.infrastructure.support import terraform

HERE = Path(__file__).parent
NEEDED = "the tests of infrastructure/ need Terraform >= 1.7 on PATH"
NOT_INSTALLED = "the tests of infrastructure/ need what scripts/setup-infra installs"


def _what_is_missing() -> str | None:
    version = terraform.terraform_version()
    if version is None or version < terraform.OLDEST:
        found = "none was found" if version is None else f"{version[0]}.{version[1]} was found"
        return f"{NEEDED}: {found}"
    return None if importlib.util.find_spec("cfnlint") else NOT_INSTALLED


MISSING = _what_is_missing()
# Without the tier's libraries these files cannot even be imported; test_tier.py says why they are left alone.
_NEEDS_TIER = re.compile(r"^from tests\.infrastructure\.(support|stacks\.drifts)|\bemulator: Emulator\b", re.MULTILINE)
collect_ignore = [
    str(path.relative_to(HERE))
    for path in sorted(HERE.rglob("test_*.py"))
    if MISSING is not None and _NEEDS_TIER.search(path.read_text(encoding="utf-8"))
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies in this folder."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.infra)
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def missing() -> str | None:
    """What this machine lacks for the tier; nothing where it can run."""
    return MISSING


@pytest.fixture(scope="session")
def required() -> bool:
    """In continuous integration the tier must run."""
    return os.environ.get("CI") == "true"


if MISSING is None:
    from tests.infrastructure.support.emulator import Emulator, running_emulator

    @pytest.fixture(scope="session")
    def plugin_cache() -> Path:
        """Where Terraform keeps providers between tests when there is no mirror."""
        return HERE.parents[1] / ".setup" / "terraform-plugins"

    @pytest.fixture(scope="session")
    def started_emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
        """The one emulator of all tests; take `emulator`, which remembers nothing."""
        with running_emulator(tmp_path_factory.mktemp("emulator")) as running:
            yield running

    @pytest.fixture
    def emulator(started_emulator: Emulator) -> Emulator:
        """An emulator that remembers nothing."""
        started_emulator.forget()
        return started_emulator
