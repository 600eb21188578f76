"""Options of `refunds up` that would do harm are refused before anything is started or removed."""

from pathlib import Path

import pytest

from refunds.cli.client.data_folder import DataFolder
from refunds_embedded.launcher.instance.addresses import API_WORKERS_MAX, choose_addresses
from refunds_embedded.launcher.instance.errors import ReadyFileUnusable, WorkersOutOfRange
from refunds_embedded.launcher.instance.options import UpOptions
from refunds_embedded.launcher.instance.ready_file import forget_ready


@pytest.mark.parametrize(("split", "workers"), [(True, 0), (True, API_WORKERS_MAX + 1), (True, 10_000), (False, 2)])
def test_number_of_workers_is_bounded(tmp_path: Path, split: bool, workers: int) -> None:
    options = UpOptions(port=0, data_dir=tmp_path, split=split, api_workers=workers)

    with pytest.raises(WorkersOutOfRange, match="api workers cannot be run"):
        choose_addresses(options, DataFolder(tmp_path))


def test_file_of_somebody_else_is_not_taken_for_a_ready_file(tmp_path: Path) -> None:
    precious = tmp_path / "precious.txt"
    precious.write_text("do not lose me")

    with pytest.raises(ReadyFileUnusable):
        forget_ready(precious)

    assert precious.read_text() == "do not lose me"


def test_ready_file_in_no_folder_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(ReadyFileUnusable, match="its folder does not exist"):
        forget_ready(tmp_path / "nowhere" / "ready.json")


def test_nothing_there_is_nothing_to_forget(tmp_path: Path) -> None:
    forget_ready(tmp_path / "ready.json")

    assert list(tmp_path.iterdir()) == []
