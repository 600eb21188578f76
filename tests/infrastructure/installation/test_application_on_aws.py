"""The main job in an environment that Terraform applied to the emulator: five processes, each as its outputs say.

SQS, EventBridge, S3, KMS and Secrets Manager are the environment's own, and each service calls them by the credentials
of its task role; what they called is held against what the roles, their boundary and the VPC's doors allow.
"""

import asyncio
import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from redis.asyncio import Redis
from tests.conftest import _held
from tests.infrastructure.installation.installation import DIFFERENCES, Installation, installation
from tests.infrastructure.support.access.called import Called, calls_by
from tests.infrastructure.support.access.iam import Role, parsed
from tests.infrastructure.support.access.roles import task_role
from tests.infrastructure.support.applied import AppliedEnvironment
from tests.infrastructure.support.estate import Estate
from tests.support.adapters import aws

from refunds.adapters.local.clock import SystemClock
from refunds.adapters.mongo.client import connect, open_database
from refunds.adapters.mongo.cluster_time import present
from refunds.adapters.mongo.payments.payment_scan import MongoPaymentScan
from refunds.adapters.mongo.projections.consumer_offset import MongoConsumerOffset
from refunds.adapters.redis.config_invalidation import CHANNEL
from refunds.domain.verification.payment_snapshot import changes_of
from refunds.runtime.process.aws_parts import open_anchors
from refunds_embedded.launcher.instance.addresses import SERVICES

pytest_plugins = ("tests.infrastructure.support.applied_once",)
pytestmark = [pytest.mark.slow, pytest.mark.infra, pytest.mark.timeout(1100)]

PAYMENTS, REFUNDS = 300, 200
PATIENCE_S = 60.0
POLL_S = 0.1
STUCK = {"processing", "submitted"}
"""No refund of the demonstration ends there."""

READ = "secretsmanager:GetSecretValue"

CARRIED_WITH_OTHER_TEXT = {
    "REFUNDS_HOST",
    "REFUNDS_PORT",
    "REFUNDS_ISSUER",
    "REFUNDS_JWKS_URL",
    "REFUNDS_AUDIENCE",
}
"""Of what differs; all else that differs is in no task definition."""

AT_LEAST: Mapping[str, set[str]] = {
    "api": {READ, "sqs:SendMessage"},
    "request-manager": {READ, "sqs:ReceiveMessage"},
    "gateway-integration": {READ, "sqs:ReceiveMessage", "sqs:DeleteMessage"},
    "parameter-resolution": {READ},
    "reporting-engine": {
        READ,
        "events:PutEvents",
        "s3:PutObject",
        "s3:ListBucketVersions",
        "s3:GetObjectVersion",
        "kms:GenerateMac",
    },
}
"""Service → actions without which it did not do its work in the main job."""

BY_RESTARTS = "used where a process reads an anchor that it did not write itself, as after a restart"
BY_DRAFTS = "used by refunds that are drafted first and submitted later, of which the main job has none"
NOT_USED: Mapping[str, Mapping[str, str]] = {
    "request-manager": dict.fromkeys(("sqs:DeleteMessage", "sqs:SendMessage", "kms:GenerateDataKey"), BY_DRAFTS),
    "reporting-engine": {"kms:VerifyMac": BY_RESTARTS},
}
"""Service → rights of its role that the main job does not use, each with its reason."""


@pytest.fixture(scope="module")
def installed(
    tmp_path_factory: pytest.TempPathFactory, applied_environment: AppliedEnvironment
) -> Iterator[Installation]:
    """The installation, one for all tests of this file."""
    yield from _held(installation(tmp_path_factory.mktemp("aws"), applied_environment))


async def refunds(installed: Installation, *words: str) -> tuple[int, str, str]:
    """The command line, beside the installation; exit code, output, complaints."""
    names = ("REFUNDS_ANCHOR_BUCKET", "REFUNDS_ANCHOR_KEY_ID", "REFUNDS_AWS_REGION")
    place = {name: installed.rendered["reporting-engine"][name] for name in names}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "refunds", *words),
        env={**installed.environ, **place},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode or 0, out.decode(), err.decode()


@pytest.fixture(scope="module")
def report(installed: Installation) -> Any:
    """What the demonstration says of itself, verification included."""
    sizes = ("--payments", str(PAYMENTS), "--refunds", str(REFUNDS), "--concurrency", "8")
    words = ("demo", "--once", "--json", "--ready-file", str(installed.ready_file), *sizes)
    code, out, err = asyncio.run(refunds(installed, *words))
    assert code == 0, err + out
    return json.loads(out)


@pytest.fixture(scope="module")
def estate(applied_environment: AppliedEnvironment) -> Estate:
    """Every resource of the environment as it was applied."""
    return applied_environment.estate()


@pytest.fixture(scope="module")
def called(installed: Installation, report: Any, estate: Estate) -> Mapping[str, set[Called]]:
    """Service → what it asked of AWS while it ran the main job."""
    calls = installed.applied.emulator.calls
    return {service: calls_by(key_id, calls, estate) for service, key_id in installed.key_ids.items()}


def test_main_job_passes_and_every_invariant_holds(report: Any) -> None:
    assert report["verification"]["is_clean"]
    assert report["surprises"] == []
    assert report["requests"] == REFUNDS
    assert not {row["status"] for row in report["tally"]} & STUCK


async def test_every_event_of_every_payment_reached_the_bus(installed: Installation, report: Any) -> None:
    bus = installed.rendered["reporting-engine"]["REFUNDS_EVENT_BUS_NAME"]
    async with connect(installed.mongodb_uri) as client:
        database = open_database(client, "refunds")
        until, bookmark = await present(database), MongoConsumerOffset(database, "bus")
        async with asyncio.timeout(PATIENCE_S):
            while (await bookmark.position()).read_to < until:
                await asyncio.sleep(POLL_S)
        stored = await MongoPaymentScan(database).after("", PAYMENTS + 1)
        told = {event.id for payment in stored for change in changes_of(payment) for event in change.items}

    async with aws.clients(installed.applied.emulator.endpoint) as clients:
        messages = await aws.received_by(clients, f"/aws/events/{bus}")

    assert {message["detail"]["id"] for message in messages} == told
    assert {message["detail-type"] for message in messages} >= {"payment.captured", "refund.completed"}
    assert len(stored) == PAYMENTS


async def test_anchors_lie_signed_in_the_bucket_and_the_chains_go_on_from_them(
    installed: Installation, report: Any
) -> None:
    settings = installed.rendered["reporting-engine"]
    place = (settings["REFUNDS_ANCHOR_BUCKET"], settings["REFUNDS_ANCHOR_KEY_ID"])
    async with aws.clients(installed.applied.emulator.endpoint) as clients:
        anchors = await open_anchors(clients, *place, SystemClock())
        latest = await anchors.latest()
    code, out, err = await refunds(installed, "audit", "verify", "--ready-file", str(installed.ready_file))

    assert latest is not None
    assert latest.heads
    assert code == 0, out + err


async def test_hints_went_through_the_queues_and_none_is_left(installed: Installation, report: Any) -> None:
    async with aws.clients(installed.applied.emulator.endpoint) as clients:
        sqs = await clients.open("sqs")
        for url in installed.applied.outputs()["queue_urls"].values():
            found = await sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
            assert found["Attributes"]["ApproximateNumberOfMessages"] == "0"
            assert found["Attributes"]["ApproximateNumberOfMessagesNotVisible"] == "0"


async def test_every_service_listens_in_redis_for_changes(installed: Installation) -> None:
    async with Redis.from_url(installed.redis_uri) as redis:
        ((_, listening),) = await redis.pubsub_numsub(CHANNEL)

    assert listening == len(SERVICES)


@pytest.mark.parametrize("service", ["api", "request-manager", "gateway-integration", "reporting-engine"])
async def test_health_check_of_the_containers_succeeds(installed: Installation, service: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "refunds", "health"),
        env={**installed.environ, "REFUNDS_PORT": str(installed.ports[service])},
    )

    assert await process.wait() == 0


def test_rendered_configuration_is_private_and_holds_no_secret(installed: Installation) -> None:
    files = list((installed.ready_file.parent / "config").iterdir())

    assert len(files) == len(SERVICES)
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert not [file for file in files if "mongodb://" in file.read_text()]


@pytest.mark.parametrize("service", SERVICES)
def test_service_differs_from_its_task_definition_only_in_what_is_listed(
    installed: Installation, estate: Estate, service: str
) -> None:
    definition = estate.one("aws_ecs_task_definition", service)
    container = json.loads(definition["container_definitions"])[0]
    carried = {each["name"]: each["value"] for each in container["environment"]}
    started = installed.started[service]

    assert installed.rendered[service] == carried
    assert carried.keys() - started.keys() == set()
    assert {name for name in carried if started[name] != carried[name]} == CARRIED_WITH_OTHER_TEXT
    assert started.keys() - carried.keys() - (DIFFERENCES.keys() - CARRIED_WITH_OTHER_TEXT) == set()


@pytest.mark.parametrize("service", SERVICES)
def test_role_of_a_service_allows_all_that_it_called(
    called: Mapping[str, set[Called]], estate: Estate, service: str
) -> None:
    role = task_role(estate, service)

    denied = {each for each in called[service] if not role.may(each.request(aws.ACCOUNT, aws.REGION))}

    assert called[service]
    assert denied == set()


@pytest.mark.parametrize("service", SERVICES)
def test_endpoints_of_the_vpc_pass_all_that_a_service_called(
    called: Mapping[str, set[Called]], estate: Estate, service: str
) -> None:
    policies = {each["service_name"].rsplit(".", 1)[-1]: each["policy"] for each in estate.of("aws_vpc_endpoint")}
    doors = {name: Role(policies=(parsed(policy),)) for name, policy in policies.items()}
    direct = {each for each in called[service] if not each.through}

    kept_out = {each for each in direct if not doors[each.service].may(each.request(aws.ACCOUNT, aws.REGION))}

    assert kept_out == set()


@pytest.mark.parametrize("service", SERVICES)
def test_main_job_called_what_a_service_is_there_for(called: Mapping[str, set[Called]], service: str) -> None:
    """Else the tests before said yes to nothing."""
    actions = {each.action for each in called[service] if not each.through}

    assert AT_LEAST[service] - actions == set()


@pytest.mark.parametrize("service", SERVICES)
def test_service_has_no_right_that_it_does_not_use(
    called: Mapping[str, set[Called]], estate: Estate, service: str
) -> None:
    used = {each.action for each in called[service]}

    spare = task_role(estate, service).actions - used

    assert spare == set(NOT_USED.get(service, {}))
