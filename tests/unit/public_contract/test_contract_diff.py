"""The command `scripts/contract-diff`, called as a person calls it."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def contract_diff(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Its exit code and output."""
    command = [ROOT / "scripts" / "contract-diff", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """A copy of the released contract without one event and one field of another."""
    folder = tmp_path / "contract"
    shutil.copytree(ROOT / "contract" / "released", folder)
    (folder / "events" / "refund.failed.json").unlink()
    event = json.loads((folder / "events" / "refund.ready.json").read_bytes())
    del event["properties"]["amount"]
    (folder / "events" / "refund.ready.json").write_text(json.dumps(event), encoding="utf-8")
    return folder


def test_present_contract_is_compatible() -> None:
    ended = contract_diff()

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "compatible\n", "")


def test_incompatible_changes_are_listed_one_a_line(changed: Path) -> None:
    ended = contract_diff(ROOT / "contract" / "released", changed)

    assert ended.returncode == 1
    assert ended.stdout.splitlines() == [
        "event_removed: events/refund.failed: the type of event is gone",
        "response_field_removed: events/refund.ready/amount: the field is gone",
    ]


def test_changes_are_json_and_accepted_ones_are_left_out(changed: Path, tmp_path: Path) -> None:
    old = tmp_path / "released"
    shutil.copytree(ROOT / "contract" / "released", old)
    removed = {"where": "events/refund.failed", "kind": "event_removed", "detail": "the type of event is gone"}
    (old / "accepted.json").write_text(json.dumps([removed | {"reason": "never emitted"}]), encoding="utf-8")

    ended = contract_diff("--json", old, changed)

    assert ended.returncode == 1
    assert json.loads(ended.stdout) == [
        {"where": "events/refund.ready/amount", "kind": "response_field_removed", "detail": "the field is gone"}
    ]


def test_folder_without_a_contract_is_named(tmp_path: Path) -> None:
    ended = contract_diff(tmp_path, tmp_path)

    assert ended.returncode == 2
    assert "not a contract" in ended.stderr


def test_help_shows_what_it_takes() -> None:
    ended = contract_diff("--help")

    assert ended.returncode == 0
    assert all(word in ended.stdout for word in ("--json", "--today", "contract/released"))
