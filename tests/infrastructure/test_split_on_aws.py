"""The main job on AWS as far as one machine has it: five processes on SQS, EventBridge, S3, KMS and Secrets Manager."""

import asyncio
import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from tests.conftest import _held
from tests.infrastructure.installation import Installation, installation
from tests.support import aws

from refunds.adapters.clock import SystemClock
from refunds.adapters.mongo.bookmark import MongoBookmark
from refunds.adapters.mongo.client import connect, open_database
from refunds.adapters.mongo.moments import present
from refunds.adapters.mongo.payment_walk import MongoPaymentWalk
from refunds.domain.stored import changes_of
from refunds.runtime.aws import open_anchors

pytestmark = [pytest.mark.slow, pytest.mark.infra, pytest.mark.timeout(300)]

PAYMENTS, REFUNDS = 300, 200
PATIENCE_S = 60.0
POLL_S = 0.1
STUCK = {"processing", "submitted"}
"""No refund of the demonstration ends there."""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The installation, one for all tests of this file."""
    yield from _held(installation(tmp_path_factory.mktemp("aws")))


async def refunds(installed: Installation, *words: str) -> tuple[int, str, str]:
    """The command line, beside the installation; exit code, output, complaints."""
    place = {
        "REFUNDS_ANCHOR_BUCKET": installed.parts.bucket,
        "REFUNDS_ANCHOR_KEY_ID": installed.parts.key_id,
        "REFUNDS_AWS_REGION": aws.REGION,
    }
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


def test_main_job_passes_and_every_invariant_holds(report: Any) -> None:
    assert report["verification"]["is_clean"]
    assert report["surprises"] == []
    assert report["requests"] == REFUNDS
    assert not {row["status"] for row in report["tally"]} & STUCK


async def test_every_event_of_every_payment_reached_the_bus(installed: Installation, report: Any) -> None:
    async with connect(installed.mongodb_uri) as client:
        database = open_database(client, "refunds")
        until, bookmark = await present(database), MongoBookmark(database, "bus")
        async with asyncio.timeout(PATIENCE_S):
            while (await bookmark.position()).read_to < until:
                await asyncio.sleep(POLL_S)
        stored = await MongoPaymentWalk(database).after("", PAYMENTS + 1)
        told = {event.id for payment in stored for change in changes_of(payment) for event in change.items}

    async with aws.clients(installed.aws_url) as clients:
        messages = await aws.heard_by(clients, installed.parts.listener)

    assert {message["detail"]["id"] for message in messages} == told
    assert {message["detail-type"] for message in messages} >= {"payment.captured", "refund.completed"}
    assert len(stored) == PAYMENTS


async def test_anchors_lie_sealed_in_the_bucket_and_the_chains_go_on_from_them(
    installed: Installation, report: Any
) -> None:
    async with aws.clients(installed.aws_url) as clients:
        anchors = await open_anchors(clients, installed.parts.bucket, installed.parts.key_id, SystemClock())
        latest = await anchors.latest()
    code, out, err = await refunds(installed, "audit", "verify", "--ready-file", str(installed.ready_file))

    assert latest is not None
    assert latest.heads
    assert code == 0, out + err


async def test_hints_went_through_the_queues_and_none_is_left(installed: Installation, report: Any) -> None:
    async with aws.clients(installed.aws_url) as clients:
        sqs = await clients.open("sqs")
        for url in (installed.parts.review_queue_url, installed.parts.submit_queue_url):
            found = await sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
            assert found["Attributes"]["ApproximateNumberOfMessages"] == "0"
            assert found["Attributes"]["ApproximateNumberOfMessagesNotVisible"] == "0"


@pytest.mark.parametrize("service", ["api", "request-manager", "gateway-integration", "reporting-engine"])
async def test_health_check_of_the_containers_says_yes(installed: Installation, service: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "refunds", "health"),
        env={**installed.environ, "REFUNDS_PORT": str(installed.ports[service])},
    )

    assert await process.wait() == 0


def test_rendered_configuration_is_private_and_holds_no_secret(installed: Installation) -> None:
    files = list((installed.ready_file.parent / "config").iterdir())

    assert len(files) == 5
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert not [file for file in files if "mongodb://" in file.read_text()]
