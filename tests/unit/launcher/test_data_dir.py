"""The data folder: private, locked, ours or refused with one clear line, and its secrets."""

import json
import os
import stat
from pathlib import Path

import pytest

from refunds.cli.client.data_folder import DataFolder
from refunds_embedded.launcher.instance.data_dir import opened
from refunds_embedded.launcher.instance.errors import (
    DiskFull,
    FolderInUse,
    FolderNotOurs,
    FolderUnwritable,
    from_os_error,
)
from refunds_embedded.launcher.instance.instance_secrets import open_instance_secrets
from refunds_embedded.launcher.instance.settings import LauncherSettings

SETTINGS = LauncherSettings(free_bytes_min=0, log_bytes_max=10)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_new_folder_and_its_secrets_are_for_the_owner_alone(tmp_path: Path) -> None:
    with opened(tmp_path / "data", SETTINGS) as folder:
        instance_secrets = open_instance_secrets(folder)

        assert _mode(folder.root) == 0o700
        assert _mode(folder.mongodb) == 0o700
        for file in (instance_secrets.issuer_key_file, instance_secrets.mongodb_key_file, folder.root / "secrets.json"):
            assert _mode(file) == 0o600


def test_secrets_are_made_once(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)

    first, second = open_instance_secrets(folder), open_instance_secrets(folder)

    assert first == second
    assert str(first.mongodb_password) not in repr(first)


def test_issuer_key_is_a_private_ed25519_key_with_an_id(tmp_path: Path) -> None:
    instance_secrets = open_instance_secrets(DataFolder(tmp_path))

    key = json.loads(instance_secrets.issuer_key_file.read_text())

    assert (key["kty"], key["crv"]) == ("OKP", "Ed25519")
    assert key["d"]
    assert key["kid"]


def test_second_opening_is_refused_and_names_the_holder(tmp_path: Path) -> None:
    with opened(tmp_path / "data", SETTINGS):
        with pytest.raises(FolderInUse, match=rf"pid {os.getpid()}"):
            opened(tmp_path / "data", SETTINGS).__enter__()


def test_folder_opens_again_after_it_was_closed(tmp_path: Path) -> None:
    with opened(tmp_path / "data", SETTINGS):
        pass

    with opened(tmp_path / "data", SETTINGS) as folder:
        assert folder.root == tmp_path / "data"


def test_folder_of_somebody_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("all my work")

    with pytest.raises(FolderNotOurs, match=r"thesis\.txt"):
        opened(tmp_path, SETTINGS).__enter__()

    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("marker", ['{"format": 2}', "[]", "garbage"])
def test_folder_of_another_format_is_refused(tmp_path: Path, marker: str) -> None:
    (tmp_path / "refunds-folder.json").write_text(marker)

    with pytest.raises(FolderNotOurs):
        opened(tmp_path, SETTINGS).__enter__()


def test_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")

    with pytest.raises(FolderNotOurs, match="it is a file"):
        opened(tmp_path / "data", SETTINGS).__enter__()


def test_folder_that_cannot_be_made_is_refused() -> None:
    with pytest.raises(FolderUnwritable, match="cannot write into"):
        opened(Path("/proc/refunds-data"), SETTINGS).__enter__()


def test_too_little_room_is_refused_and_the_lock_given_back(tmp_path: Path) -> None:
    with pytest.raises(DiskFull, match="free at least"):
        opened(tmp_path / "data", LauncherSettings(free_bytes_min=2**62)).__enter__()

    with opened(tmp_path / "data", SETTINGS):
        pass


def test_write_that_found_no_room_is_named_a_full_disk(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No space left") as caught:
        Path("/dev/full").write_text("x")

    assert isinstance(from_os_error(caught.value, tmp_path, 1), DiskFull)


def test_long_log_is_moved_away_at_the_start(tmp_path: Path) -> None:
    with opened(tmp_path / "data", SETTINGS) as folder:
        folder.log_file("long").write_text("x" * 11)
        folder.log_file("short").write_text("x")

    with opened(tmp_path / "data", SETTINGS) as folder:
        assert not folder.log_file("long").exists()
        assert folder.log_file("long").with_suffix(".log.1").exists()
        assert folder.log_file("short").exists()
