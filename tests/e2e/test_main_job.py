"""The main job as a person runs it: `refunds demo`, with real servers, on one data folder."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from refunds.domain.payment.states import Status

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

REFUNDS = 120
TIMEOUT_S = 200


def _demo(data_dir: Path, *words: str, payments: int = 150, refunds: int = REFUNDS) -> subprocess.Popen[str]:
    sizes = ("--payments", str(payments), "--refunds", str(refunds), "--concurrency", "8")
    command = [sys.executable, "-P", "-m", "refunds", "demo", "--data-dir", str(data_dir), *sizes, *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=TIMEOUT_S)
    return process.returncode, out, err


def _until(process: subprocess.Popen[str], words: str) -> None:
    assert process.stdout
    for line in process.stdout:
        if words in line:
            return
    raise AssertionError(f"it ended without saying {words!r}: {process.stderr and process.stderr.read()}")


def _verify(ready_file: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "refunds", *(words or ("verify",)), "--ready-file", str(ready_file)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=TIMEOUT_S)


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_main_job_runs_twice_on_one_folder_and_every_invariant_holds(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    batches: list[Any] = []

    for _ in range(2):
        code, out, err = _ended(_demo(data_dir, "--once", "--json"))
        assert code == 0, err + out
        batches.append(json.loads(out))

    first, second = batches
    assert first["batch"] != second["batch"]
    for report in batches:
        assert report["verification"]["is_clean"]
        assert report["surprises"] == []
        assert report["requests"] == REFUNDS
        assert {row["status"] for row in report["tally"]} >= {
            Status.COMPLETED.value,
            Status.FAILED.value,
            Status.REVERSED.value,
            Status.VALIDATION_FAILED.value,
            Status.PENDING_APPROVAL.value,
        }
    assert not (data_dir / "ready.json").exists()


def test_main_job_serves_until_it_is_stopped_and_what_is_broken_is_found(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    process = _demo(data_dir)
    _until(process, "Serving on http://")
    ready_file = data_dir / "ready.json"
    ready = json.loads(ready_file.read_text())

    attached = _ended(_demo(data_dir, "--once", refunds=20))
    before = [_verify(ready_file), _verify(ready_file, "verify", "--json"), _verify(ready_file, "audit", "verify")]
    with MongoClient[Any](ready["mongodb_uri"]) as client:
        client["refunds"]["payments"].update_one({"refunded_amount": {"$gt": 0}}, {"$inc": {"refunded_amount": -1}})
        client["refunds"]["audit_log"].update_one({"seq": 2}, {"$set": {"body": "{}"}})
    after = [_verify(ready_file), _verify(ready_file, "audit", "verify")]
    process.send_signal(signal.SIGINT)
    code, _, err = _ended(process)

    assert attached[0] == 0, attached
    assert "the instance that runs already" in attached[1]
    assert [ran.returncode for ran in before] == [0, 0, 0], [ran.stdout for ran in before]
    assert json.loads(before[1].stdout)["is_clean"]
    assert [ran.returncode for ran in after] == [1, 1], [ran.stdout for ran in after]
    assert "NOT all invariants hold." in after[0].stdout
    assert "record 2 of" in after[1].stdout
    assert code == 0, err
    assert not any(_is_running(pid) for pid in (ready["pid"], *ready["children"].values()))


def test_main_job_that_is_stopped_half_way_leaves_nothing_running(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    process = _demo(data_dir)
    _until(process, "captured payments: 150 of 150")
    ready = json.loads((data_dir / "ready.json").read_text())

    process.send_signal(signal.SIGTERM)
    code, _, err = _ended(process)

    assert code == 130
    assert "Traceback" not in err
    assert not any(_is_running(pid) for pid in (ready["pid"], *ready["children"].values()))


def test_main_job_on_a_foreign_folder_ends_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("")

    code, _, err = _ended(_demo(tmp_path, "--once"))

    assert code == 1
    assert "is not a data folder" in err
    assert err.count("\n") == 1


def test_more_requests_than_payments_allow_are_refused_before_anything_starts(tmp_path: Path) -> None:
    code, _, err = _ended(_demo(tmp_path / "data", payments=5))

    assert code == 1
    assert "need at least" in err
    assert not (tmp_path / "data").exists()
