"""Small parts of the launcher: ports, binaries, addresses, the ready file and what is told."""

import io
import json
import os
import socket
import stat
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from refunds.launcher.instance.addresses import ALL, SERVICES, choose_addresses
from refunds.launcher.instance.data_dir import DataFolder
from refunds.launcher.instance.errors import BinaryMissing, LauncherError, PortTaken
from refunds.launcher.instance.instance_secrets import open_instance_secrets
from refunds.launcher.instance.options import UpOptions
from refunds.launcher.instance.ports import LOOPBACK, claim_port, free_ports
from refunds.launcher.instance.ready_file import Ready, RunningService, read_ready, write_ready
from refunds.launcher.instance.settings import LauncherSettings
from refunds.launcher.servers import binaries, redis_server
from refunds.launcher.supervision.process_plan import Plan, python_program
from refunds.launcher.supervision.progress_output import ProgressOutput
from refunds.launcher.supervision.stderr_tail import last_error_line
from refunds.launcher.supervision.supervisor import LauncherEvent

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


def _plan(folder: Path, **options: object) -> Plan:
    wanted = UpOptions(port=0, **options)  # type: ignore[arg-type]
    place = DataFolder(folder)
    return Plan(
        options=wanted,
        settings=LauncherSettings(),
        folder=place,
        instance_secrets=open_instance_secrets(place),
        addresses=choose_addresses(wanted, place),
        environ={"PATH": os.defpath},
        program=python_program,
    )


def test_free_ports_differ() -> None:
    ports = free_ports(20)

    assert len(set(ports)) == 20


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

    assert str(missing) == ("found no mongod: run `make setup`, put mongod on PATH, or give --mongodb-uri")


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


def test_one_process_carries_all_five_services(tmp_path: Path) -> None:
    plan = _plan(tmp_path)

    (spec,) = plan.services()
    running = plan.addresses.running({ALL: 7})

    assert spec.command[-1] == "all"
    assert set(running) == set(SERVICES)
    assert {service.pid for service in running.values()} == {7}


def test_split_services_have_doors_of_their_own(tmp_path: Path) -> None:
    plan = _plan(tmp_path, split=True)

    specs = plan.services()
    running = plan.addresses.running({name: n for n, name in enumerate(SERVICES)})

    assert tuple(spec.name for spec in specs) == SERVICES
    assert len({spec.environ["REFUNDS_PORT"] for spec in specs}) == len(SERVICES)
    assert {spec.environ["REFUNDS_HINTS"] for spec in specs} == {"redis"}
    assert plan.addresses.webhook_url == running["gateway-integration"].url + "/webhooks/sandbox"


def test_service_learns_everything_from_its_environment(tmp_path: Path) -> None:
    plan = _plan(tmp_path, sample=True, host="0.0.0.0")

    (spec,) = plan.services()

    assert spec.environ["REFUNDS_HOST"] == "0.0.0.0"
    assert spec.environ["REFUNDS_PUBLIC_URL"] == f"http://127.0.0.1:{spec.environ['REFUNDS_PORT']}"
    assert spec.environ["REFUNDS_SAMPLE"] == "1"
    assert spec.environ["REFUNDS_HINTS"] == "memory"
    assert spec.environ["REFUNDS_MONGODB_URI"] == plan.mongodb_uri
    assert spec.environ["REFUNDS_SANDBOX_URL"] == plan.addresses.sandbox.url


def test_given_servers_are_handed_on(tmp_path: Path) -> None:
    plan = _plan(tmp_path, mongodb_uri="mongodb://theirs", redis_uri="redis://theirs")

    (spec,) = plan.services()

    assert spec.environ["REFUNDS_MONGODB_URI"] == "mongodb://theirs"
    assert spec.environ["REFUNDS_REDIS_URI"] == "redis://theirs"


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


def _told(as_json: bool) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    progress_output = ProgressOutput(as_json=as_json, out=out, err=err)
    progress_output.report(LauncherEvent(name="child.started", child="api", pid=6))
    progress_output.report(LauncherEvent(name="child.ended", child="api", pid=6, detail="ended with code 3"))
    progress_output.ready(READY)
    progress_output.stopping()
    progress_output.failed(LauncherError("the port\nis taken", "give another"))
    progress_output.stopped()
    return out.getvalue(), err.getvalue()


def test_person_is_told_addresses_troubles_and_no_password() -> None:
    out, err = _told(as_json=False)

    assert "api: ended (ended with code 3)" in out
    assert "child.started" not in out
    assert READY.url in out
    assert "hunter2" not in out
    assert err == "refunds up: the port is taken: give another\n"


def test_program_is_told_one_json_object_a_line() -> None:
    out, err = _told(as_json=True)

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


def test_complaint_is_the_last_line_that_says_something(tmp_path: Path) -> None:
    log = tmp_path / "api.log"
    log.write_text("starting\nno such port\n\n")

    assert last_error_line(log) == "no such port"


def test_complaint_of_the_database_is_its_error_and_not_its_stack(tmp_path: Path) -> None:
    log = tmp_path / "mongodb.log"
    entries = [
        {"s": "I", "msg": "starting"},
        {"s": "E", "msg": "WiredTiger error", "attr": {"error": 28}},
        {"s": "I", "msg": "Frame"},
    ]
    log.write_text("\n".join(json.dumps(entry) for entry in entries))

    assert last_error_line(log) == 'WiredTiger error {"error": 28}'


def test_silent_child_has_no_complaint(tmp_path: Path) -> None:
    log = tmp_path / "api.log"
    log.write_text("")

    assert last_error_line(log) == ""


def test_anchors_go_to_the_folder_unless_the_environment_names_a_bucket(tmp_path: Path) -> None:
    plan = _plan(tmp_path)
    on_aws = replace(plan, environ={**plan.environ, "REFUNDS_ANCHOR_BUCKET": "audit"})

    (service,), (remote,) = plan.services(), on_aws.services()

    assert service.environ["REFUNDS_ANCHORS_FOLDER"] == str(tmp_path / "anchors")
    assert "REFUNDS_ANCHORS_FOLDER" not in remote.environ
