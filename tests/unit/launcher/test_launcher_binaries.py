"""Which programs of MongoDB and Redis the launcher starts."""

import os
import stat
from pathlib import Path

import pytest

from refunds_embedded.launcher.instance.errors import BinaryMissing
from refunds_embedded.launcher.servers import binaries


def test_binary_on_path_comes_before_the_packaged_one(tmp_path: Path) -> None:
    own = tmp_path / "mongod"
    own.write_text("#!/bin/sh\n")
    own.chmod(0o755)

    assert binaries.find_binary("mongod", str(tmp_path), tmp_path) == own


@pytest.mark.parametrize("name", ["mongod", "redis-server"])
def test_packaged_binary_is_found_and_can_be_run(name: str, tmp_path: Path) -> None:
    found = binaries.find_binary(name, str(tmp_path / "nothing"), tmp_path)

    assert os.access(found, os.X_OK)


def test_missing_binary_names_the_ways_to_have_it() -> None:
    missing = BinaryMissing("mongod", "--mongodb-uri")

    assert str(missing) == (
        "the program mongod was not found: run `make setup`, put mongod on PATH, or give --mongodb-uri"
    )


def test_packaged_file_without_the_run_bit_gets_it(tmp_path: Path) -> None:
    packaged = tmp_path / "mongod"
    packaged.write_text("")
    packaged.chmod(0o644)

    assert binaries.executable(packaged, tmp_path / "copies") == packaged
    assert packaged.stat().st_mode & stat.S_IXUSR


def test_file_that_cannot_get_the_run_bit_is_copied(tmp_path: Path) -> None:
    unchangeable = Path("/proc/self/status")  # readable, and nobody can make it executable

    copy = binaries.executable(unchangeable, tmp_path / "copies")

    assert copy == tmp_path / "copies" / "status"
    assert os.access(copy, os.X_OK)
