"""The one applied environment of a session, made for the first test that asks: a plugin, since it takes minutes.

A file of tests takes it by `pytest_plugins`, never by an import, which would make a second one. Whoever changes the
environment leaves it settled; whoever destroys it stands in the last file that takes it.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.infrastructure.support.applied import AppliedEnvironment, applied

SMALLEST = "dev"
"""It stands for all: their files are byte-equal, and the others are planned and applied with mocks."""


@pytest.fixture(scope="session")
def applied_environment(tmp_path_factory: pytest.TempPathFactory, plugin_cache: Path) -> Iterator[AppliedEnvironment]:
    """The one of all tests of this session."""
    with applied(SMALLEST, tmp_path_factory.mktemp("applied"), plugin_cache) as made:
        yield made
