"""One keeper of anchors after the other."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.contract.audit.anchor_keepers import Keeper, in_files, in_memory, in_objects


@pytest.fixture(params=["memory", "files", "objects"])
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> contextlib.AbstractAsyncContextManager[Keeper]:
    """One keeper after the other."""
    if request.param == "objects":
        return in_objects(request.getfixturevalue("aws_url"))
    return in_memory() if request.param == "memory" else in_files(tmp_path)


@pytest.fixture
async def keeper(opening: contextlib.AbstractAsyncContextManager[Keeper]) -> AsyncIterator[Keeper]:
    """The same, empty."""
    async with opening as opened:
        yield opened
