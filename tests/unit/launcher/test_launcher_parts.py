"""Small parts of the launcher: ports, binaries, addresses, the ready file and what is told."""

import io
import json
import random
import socket
import stat
import sys
from pathlib import Path

import pytest

from refunds.cli.client.data_folder import DataFolder
from refunds.cli.client.ready_file import Ready, RunningService, read_ready
from refunds_embedded.launcher.instance.addresses import choose_addresses
from refunds_embedded.launcher.instance.errors import LauncherError, PortTaken
from refunds_embedded.launcher.instance.options import UpOptions
from refunds_embedded.launcher.instance.ports import FREE_PORTS, LOOPBACK, claim_port, free_ports
from refunds_embedded.launcher.instance.ready_file import write_ready
from refunds_embedded.launcher.instance.settings import LauncherSettings
from refunds_embedded.launcher.servers import redis_server
from refunds_embedded.launcher.supervision.process_plan import python_program
from refunds_embedded.launcher.supervision.progress_output import ProgressOutput
from refunds_embedded.launcher.supervision.stderr_tail import last_error_line
from refunds_embedded.launcher.supervision.supervisor import LauncherEvent

READY = Ready(
    url="http://127.0.0.1:1",
    sandbox_url="http://127.0.0.1:2",
    mongodb_uri="mongodb://user:hunter2@127.0.0.1:3",
    redis_uri="redis://:hunter2@127.0.0.1:4",
    pid=5,
    services={"api": RunningService(pid=6, url="http://127.0.0.1:1")},
    children={"api": 6},
    issuer_key_file=Path("/data/issuer.jwk.json"),
    data_dir=Path("/data"),
)


def test_free_ports_differ() -> None:
    ports = free_ports(20)

    assert len(set(ports)) == 20
    assert set(ports) <= set(FREE_PORTS)


def test_port_that_is_listened_on_is_not_free() -> None:
    (first,) = free_ports(1, random.Random(1))
    with socket.create_server((LOOPBACK, first)):
        (other,) = free_ports(1, random.Random(1))

    assert other != first


def test_port_of_another_program_is_refused() -> None:
    with socket.create_server((LOOPBACK, 0)) as other:
        with pytest.raises(PortTaken, match="Address already in use"):
            claim_port(LOOPBACK, other.getsockname()[1])


@pytest.mark.parametrize("port", [-1, 65536])
def test_impossible_port_is_refused(port: int) -> None:
    with pytest.raises(PortTaken):
        claim_port(LOOPBACK, port)


def test_host_of_another_machine_is_refused() -> None:
    with pytest.raises(PortTaken, match="Cannot assign requested address"):
        claim_port("192.0.2.1", 0)


def test_database_keeps_its_port_unless_it_is_taken(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    with socket.create_server((LOOPBACK, 0)) as other:
        taken = other.getsockname()[1]
        folder.mongodb_port_file.write_text(str(taken))
        while_taken = choose_addresses(UpOptions(port=0), folder).mongodb_port
    afterwards = choose_addresses(UpOptions(port=0), folder).mongodb_port

    assert while_taken != taken
    assert afterwards == taken


def test_password_of_redis_is_in_a_private_file_and_not_in_the_command(tmp_path: Path) -> None:
    file = redis_server.configure(tmp_path, 1, "hunter2", LauncherSettings())

    assert "requirepass hunter2" in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "hunter2" not in " ".join(redis_server.command(Path("redis-server"), file))


def test_ready_file_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "ready.json"

    write_ready(path, READY)

    assert read_ready(path) == READY
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["{}", "[]", '{"services": []}', "nothing"])
def test_what_is_no_ready_file_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "ready.json"
    path.write_text(text)

    with pytest.raises(ValueError, match=r"."):
        read_ready(path)


def _printed(as_json: bool) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    progress_output = ProgressOutput(as_json=as_json, out=out, err=err)
    progress_output.report(LauncherEvent(name="child.started", child="api", pid=6))
    progress_output.report(LauncherEvent(name="child.ended", child="api", pid=6, detail="ended with code 3"))
    progress_output.ready(READY)
    progress_output.stopping()
    progress_output.failed(LauncherError("the port\nis taken", "give another"))
    progress_output.stopped()
    return out.getvalue(), err.getvalue()


def test_person_is_shown_addresses_troubles_and_no_password() -> None:
    out, err = _printed(as_json=False)

    assert "api: ended (ended with code 3)" in out
    assert "child.started" not in out
    assert READY.url in out
    assert "hunter2" not in out
    assert err == "refunds up: the port is taken: give another\n"


def test_program_reads_one_json_object_a_line() -> None:
    out, err = _printed(as_json=True)

    events = [json.loads(line)["event"] for line in out.splitlines()]
    assert events == [
        "child.started",
        "child.ended",
        "launcher.ready",
        "launcher.stopping",
        "launcher.failed",
        "launcher.stopped",
    ]
    assert "hunter2" not in out
    assert err.count("\n") == 1


def test_program_of_a_service_does_not_look_into_the_current_folder() -> None:
    assert python_program("api") == (sys.executable, "-P", "-m", "refunds", "api")


def test_error_message_is_the_last_line_with_content(tmp_path: Path) -> None:
    log = tmp_path / "api.log"
    log.write_text("starting\nno such port\n\n")

    assert last_error_line(log) == "no such port"


def test_error_message_of_the_database_is_its_error_and_not_its_stack(tmp_path: Path) -> None:
    log = tmp_path / "mongodb.log"
    entries = [
        {"s": "I", "msg": "starting"},
        {"s": "E", "msg": "WiredTiger error", "attr": {"error": 28}},
        {"s": "I", "msg": "Frame"},
    ]
    log.write_text("\n".join(json.dumps(entry) for entry in entries))

    assert last_error_line(log) == 'WiredTiger error {"error": 28}'


def test_silent_child_has_no_error_message(tmp_path: Path) -> None:
    log = tmp_path / "api.log"
    log.write_text("")

    assert last_error_line(log) == ""
