"""`refunds up` as a process, with real servers and fake services: it starts, survives, refuses."""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pymongo import MongoClient
from redis import Redis

from refunds.cli.client.ready_file import Ready, read_ready
from refunds_embedded.launcher.supervision.orphan_cleanup import MARK, end_orphans

PROGRAM = Path(__file__).parents[2] / "support" / "processes" / "up_with_fakes.py"
STOP_TIMEOUT_S = 60
START = datetime(2025, 3, 1, tzinfo=UTC)


class _Up:
    """One `refunds up`, told in JSON lines."""

    def __init__(self, data_dir: Path, *, environ: dict[str, str], **options: object) -> None:
        wanted = {"data_dir": str(data_dir), "port": 0, "json": True, **options}
        self.data_dir = data_dir
        self.process = subprocess.Popen(
            [sys.executable, str(PROGRAM), json.dumps(wanted)],
            env={**os.environ, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def until(self, event: str, child: str | None = None) -> dict[str, object]:
        """Read on until this is told; fail when the launcher ends before."""
        assert self.process.stdout
        for line in self.process.stdout:
            told: dict[str, object] = json.loads(line)
            if told["event"] == event and child in (None, told.get("child")):
                return told
        raise AssertionError(f"no {event}: {self.process.stderr and self.process.stderr.read()}")

    def ready(self) -> Ready:
        self.until("launcher.ready")
        return read_ready(self.data_dir / "ready.json")

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        self.process.send_signal(number)
        return self.ended()

    def ended(self) -> tuple[int, str]:
        _, err = self.process.communicate(timeout=STOP_TIMEOUT_S)
        return self.process.returncode, err


@contextlib.contextmanager
def _up(data_dir: Path, environ: dict[str, str] | None = None, **options: object) -> Iterator[_Up]:
    up = _Up(data_dir, environ=environ or {}, **options)
    try:
        yield up
    finally:
        if up.process.poll() is None:
            up.stop()


def _is_running(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def _refusal(data_dir: Path, environ: dict[str, str] | None = None, **options: object) -> str:
    """Start what must not start; give its one line."""
    with _up(data_dir, environ, **options) as up:
        code, err = up.ended()
    assert code == 1
    assert err.count("\n") == 1
    assert err.startswith("refunds up: ")
    return err


def test_instance_starts_serves_and_stops_without_a_trace(tmp_path: Path) -> None:
    with _up(tmp_path / "data", ready_file=str(tmp_path / "here.json")) as up:
        up.until("launcher.ready")
        ready = read_ready(tmp_path / "here.json")
        with MongoClient(ready.mongodb_uri) as client:
            client.refunds.things.insert_one({"_id": 1})
        Redis.from_url(ready.redis_uri).ping()

        code, err = up.stop()

    assert (code, err) == (0, "")
    assert not (tmp_path / "here.json").exists()
    assert not any(_is_running(pid) for pid in ready.children.values())


def test_folder_of_a_stopped_instance_starts_again_with_its_data(tmp_path: Path) -> None:
    with _up(tmp_path / "data") as up:
        with MongoClient(up.ready().mongodb_uri) as client:
            client.refunds.things.insert_one({"_id": 1})
        up.stop(signal.SIGINT)

    with _up(tmp_path / "data") as up:
        with MongoClient(up.ready().mongodb_uri) as client:
            assert client.refunds.things.count_documents({}) == 1


def test_folder_of_an_earlier_release_is_migrated_and_that_of_a_later_one_is_refused(tmp_path: Path) -> None:
    with _up(tmp_path / "data") as up:
        with MongoClient(up.ready().mongodb_uri) as client:
            set_by = {"set_by": "usr_1", "set_at": START, "effective_from": START, "expires_at": None}
            limit = {"_id": "prv_1", "name": "refund_amount_max_major", "tenant_id": "platform", "value": 5, **set_by}
            client.refunds.parameter_values.insert_one(limit)
            client.refunds.migrations.delete_one({"_id": "schema"})
        up.stop()

    with _up(tmp_path / "data") as up:
        told = up.until("schema.migrating")
        with MongoClient(up.ready().mongodb_uri) as client:
            rewritten = client.refunds.parameter_values.find_one({"name": "refund_amount_max"})
            client.refunds.migrations.update_one({"_id": "schema"}, {"$inc": {"major": 1}})
        up.stop()

    refused = _refusal(tmp_path / "data")

    assert (told["collection"], told["documents"]) == ("parameter_values", 1)
    assert rewritten is not None
    assert rewritten["value"] == {"USD": 500}
    assert "the database was not migrated (the database has schema 2." in refused


def test_children_die_with_a_killed_launcher_and_the_folder_recovers(tmp_path: Path) -> None:
    with _up(tmp_path / "data") as up:
        ready = up.ready()
        with MongoClient(ready.mongodb_uri, w="majority", journal=True) as client:
            client.refunds.things.insert_one({"_id": 1})
        leashes = [os.pidfd_open(pid) for pid in ready.children.values()]
        up.stop(signal.SIGKILL)
        for leash in leashes:
            select.select([leash], [], [], STOP_TIMEOUT_S)
            os.close(leash)

    with _up(tmp_path / "data") as up:
        with MongoClient(up.ready().mongodb_uri) as client:
            assert client.refunds.things.count_documents({}) == 1


def test_killed_child_comes_back_and_the_ready_file_names_it(tmp_path: Path) -> None:
    with _up(tmp_path / "data") as up:
        before = up.ready()

        os.kill(before.children["mongodb"], signal.SIGKILL)
        told = up.until("child.restarted", "mongodb")
        with MongoClient(before.mongodb_uri) as client:
            client.admin.command("ping")

        assert told["pid"] != before.children["mongodb"]
        assert read_ready(up.data_dir / "ready.json").children["mongodb"] == told["pid"]


def test_split_instance_runs_five_services(tmp_path: Path) -> None:
    with _up(tmp_path / "data", split=True) as up:
        ready = up.ready()

        assert len({service.pid for service in ready.services.values()}) == 5
        assert ready.url == ready.services["api"].url


def test_second_start_on_one_folder_is_refused(tmp_path: Path) -> None:
    with _up(tmp_path / "data") as up:
        up.ready()

        assert f"in use by another refunds up (pid {up.process.pid})" in _refusal(tmp_path / "data")


def test_taken_port_is_refused(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        line = _refusal(tmp_path / "data", port=other.getsockname()[1])

    assert "Address already in use" in line
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ({"port": 99_999}, "refunds up: there is no port 99999: give a port up to 65535, or 0 for any free port\n"),
        ({"port": -1}, "refunds up: there is no port -1: give a port up to 65535, or 0 for any free port\n"),
        (
            {"mongodb_uri": "nonsense"},
            "refunds up: --mongodb-uri 'nonsense' is not a URI of MongoDB: give a URI such as mong",
        ),
        (
            {"mongodb_uri": "mongodb://"},
            "refunds up: --mongodb-uri 'mongodb://' is not a URI of MongoDB: give a URI such",
        ),
        (
            {"redis_uri": "localhost:6379"},
            "refunds up: --redis-uri 'localhost:6379' is not a URI of Redis: give a URI such as",
        ),
        ({"api_workers": 2}, "refunds up: 2 api workers cannot be run: give 1, or up to 16 with --split\n"),
        ({"api_workers": 0}, "refunds up: 0 api workers cannot be run: give 1, or up to 16 with --split\n"),
        ({"split": True, "api_workers": 0}, "refunds up: 0 api workers cannot be run: give 1, or up to 16 with"),
        (
            {"host": "localhost"},
            "refunds up: --host 'localhost' is not an IP address: give an address such as 127.0.0.1",
        ),
    ],
)
def test_place_where_nothing_could_listen_is_refused_before_anything_is_made(
    tmp_path: Path, options: dict[str, object], line: str
) -> None:
    assert _refusal(tmp_path / "data", **options).startswith(line)
    assert not (tmp_path / "data").exists()


def test_service_that_ends_while_starting_stops_everything(tmp_path: Path) -> None:
    line = _refusal(tmp_path / "data", {"FAKE_ALL": "end"})

    assert "all ended with code 1 while starting, its last line: all has a mistake" in line
    assert end_orphans(tmp_path / "data") == ()


def test_service_that_keeps_dying_stops_everything(tmp_path: Path) -> None:
    with _up(tmp_path / "data", {"REFUNDS_LAUNCHER_RESTARTS_MAX": "0"}) as up:
        os.kill(up.ready().children["all"], signal.SIGKILL)

        code, err = up.ended()

    assert code == 1
    assert "all died again after 0 restarts" in err
    assert end_orphans(tmp_path / "data") == ()


def test_full_disk_is_refused(tmp_path: Path) -> None:
    line = _refusal(tmp_path / "data", {"REFUNDS_LAUNCHER_FREE_BYTES_MIN": str(2**62)})

    assert "is full" in line


def test_foreign_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("")

    assert "is not a data folder" in _refusal(tmp_path)


def test_mistaken_environment_is_refused(tmp_path: Path) -> None:
    line = _refusal(tmp_path / "data", {"REFUNDS_LAUNCHER_RESTARTS_MAX": "many"})

    assert "REFUNDS_LAUNCHER_RESTARTS_MAX must be a whole number" in line


def test_missing_server_behind_a_given_uri_is_refused(tmp_path: Path) -> None:
    impatient = {"REFUNDS_LAUNCHER_SERVER_ANSWER_TIMEOUT_S": "0.2"}

    mongodb = _refusal(tmp_path / "data", impatient, mongodb_uri="mongodb://127.0.0.1:1")
    redis = _refusal(tmp_path / "data", impatient, redis_uri="redis://127.0.0.1:1")

    assert "the server of --mongodb-uri does not answer" in mongodb
    assert "the server of --redis-uri does not answer" in redis


def test_given_servers_are_used_and_left_running(tmp_path: Path, mongodb_uri: str, redis_uri: str) -> None:
    with _up(tmp_path / "data", mongodb_uri=mongodb_uri, redis_uri=redis_uri) as up:
        ready = up.ready()
        up.stop()

    assert set(ready.children) == {"sandbox", "all"}
    with MongoClient(mongodb_uri) as client:
        client.admin.command("ping")


def test_lost_password_is_refused(tmp_path: Path) -> None:
    with _up(tmp_path / "data") as up:
        up.ready()
        up.stop()
    (tmp_path / "data" / "secrets.json").unlink()

    assert "does not accept the password" in _refusal(tmp_path / "data")


def test_signal_while_starting_stops_what_was_started(tmp_path: Path) -> None:
    with _up(tmp_path / "data") as up:
        up.until("child.started", "mongodb")

        code, err = up.stop()

    assert (code, err) == (128 + signal.SIGTERM, "")
    assert end_orphans(tmp_path / "data") == ()


def test_orphan_of_an_earlier_launcher_is_ended_and_others_are_not(tmp_path: Path) -> None:
    command = [sys.executable, "-S", "-c", "import signal; signal.pause()"]
    with (
        subprocess.Popen(command, env={**os.environ, MARK: str(tmp_path)}) as leftover,
        subprocess.Popen(command, env={**os.environ, MARK: f"{tmp_path}/other"}) as other,
    ):
        ended = end_orphans(tmp_path)
        other_lived = other.poll() is None
        other.kill()

    assert ended == (leftover.pid,)
    assert leftover.returncode == -signal.SIGKILL
    assert other_lived
