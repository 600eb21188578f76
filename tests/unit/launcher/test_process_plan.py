"""Which processes the launcher starts, and what each learns from its environment."""

import os
from pathlib import Path

from tests.support.copies import replace

from refunds.cli.client.data_folder import DataFolder
from refunds_embedded.launcher.instance.addresses import ALL, SERVICES, choose_addresses
from refunds_embedded.launcher.instance.instance_secrets import open_instance_secrets
from refunds_embedded.launcher.instance.options import UpOptions
from refunds_embedded.launcher.instance.settings import LauncherSettings
from refunds_embedded.launcher.supervision.process_plan import Plan, python_program


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


def test_one_process_carries_all_five_services(tmp_path: Path) -> None:
    plan = _plan(tmp_path)

    (spec,) = plan.services()
    running = plan.addresses.running({ALL: 7})

    assert spec.command[-1] == "all"
    assert set(running) == set(SERVICES)
    assert {service.pid for service in running.values()} == {7}


def test_split_services_have_endpoints_of_their_own(tmp_path: Path) -> None:
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


def test_anchors_go_to_the_folder_unless_the_environment_names_a_bucket(tmp_path: Path) -> None:
    plan = _plan(tmp_path)
    on_aws = replace(plan, environ={**plan.environ, "REFUNDS_ANCHOR_BUCKET": "audit"})

    (service,), (remote,) = plan.services(), on_aws.services()

    assert service.environ["REFUNDS_ANCHORS_FOLDER"] == str(tmp_path / "anchors")
    assert "REFUNDS_ANCHORS_FOLDER" not in remote.environ
