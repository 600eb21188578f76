"""What SQS may do to a channel of hints without anybody noticing more than that hints are missing."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from tests.conftest import _held
from tests.support.adapters import aws
from tests.support.adapters.hint_channels import new_queues, sqs_hints

from refunds.adapters.aws import hints as sqs_hints_module
from refunds.adapters.aws.clients import AwsClients
from refunds.ports.gateway.hints import Hint, HintKind
from refunds_embedded.launcher.servers.local_servers import Server

PATIENCE_S = 20.0
NOBODY_URL = "http://127.0.0.1:1"
A_HINT = Hint(kind=HintKind.SUBMIT, payment_id="pay_1", refund_id="ref_1")


def a_hint(number: int) -> Hint:
    """One that can be told apart."""
    return Hint(kind=HintKind.SUBMIT, payment_id=f"pay_{number}", refund_id=f"ref_{number}")


@pytest.fixture
async def clients(aws_url: str) -> AsyncIterator[AwsClients]:
    """Clients of the session's emulator."""
    async with aws.clients(aws_url) as opened:
        yield opened


@pytest.fixture
def own_aws(tmp_path: Path) -> Iterator[Server]:
    """An emulator that a test may end."""
    yield from _held(aws.emulator(tmp_path))


async def test_full_first_answer_brings_the_rest_without_waiting(clients: AwsClients) -> None:
    queues = await new_queues(clients)
    hints = await sqs_hints(clients, queues)
    for number in range(60):
        hints.publish(a_hint(number))
    await hints.close()

    taker = await sqs_hints(clients, queues)
    got = await taker.take(HintKind.SUBMIT, 64)

    assert len({hint.refund_id for hint in got}) > 10


async def test_taken_hint_is_deleted(clients: AwsClients) -> None:
    queues = await new_queues(clients, {"VisibilityTimeout": "0"})
    hints = await sqs_hints(clients, queues)
    hints.publish(A_HINT)

    assert await hints.take(HintKind.SUBMIT, 64) == [A_HINT]

    assert not await hints.take(HintKind.SUBMIT, 64)
    await hints.close()


async def test_message_that_is_no_hint_ends_in_the_dead_letter_queue(clients: AwsClients) -> None:
    sqs = await clients.open("sqs")
    dead = (await sqs.create_queue(QueueName="dead-of-hints"))["QueueUrl"]
    policy = {"deadLetterTargetArn": "arn:aws:sqs:eu-west-1:123456789012:dead-of-hints", "maxReceiveCount": 2}
    queues = await new_queues(clients, {"VisibilityTimeout": "0", "RedrivePolicy": json.dumps(policy)})
    hints = await sqs_hints(clients, queues)
    await sqs.send_message(QueueUrl=queues[HintKind.SUBMIT], MessageBody="not a hint")

    for _ in range(3):
        assert not await hints.take(HintKind.SUBMIT, 64)

    found = await sqs.receive_message(QueueUrl=dead)
    assert [message["Body"] for message in found["Messages"]] == ["not a hint"]
    await hints.close()


async def test_hints_published_while_sqs_is_away_are_bounded_and_never_block() -> None:
    warned: list[Exception] = []
    async with aws.clients(NOBODY_URL) as clients:
        hints = await sqs_hints(clients, dict.fromkeys(HintKind, f"{NOBODY_URL}/1/queue"), warned)

        for number in range(sqs_hints_module.BUFFER_MAX + 500):
            hints.publish(a_hint(number))

        assert hints.waiting_count <= sqs_hints_module.BUFFER_MAX
        assert not await hints.take(HintKind.SUBMIT, 64)
        assert warned
        async with asyncio.timeout(PATIENCE_S):
            await hints.close()


async def test_missing_queue_is_reported_and_waited_for(clients: AwsClients) -> None:
    warned: list[Exception] = []
    url = (await new_queues(clients))[HintKind.SUBMIT]
    hints = await sqs_hints(clients, dict.fromkeys(HintKind, f"{url}-gone"), warned)

    hints.publish(A_HINT)

    assert not await hints.take(HintKind.SUBMIT, 64)
    assert {type(error).__name__ for error in warned} == {"QueueDoesNotExist"}
    await hints.close()


async def test_emulator_that_is_ended_and_started_again_is_used_again(own_aws: Server) -> None:
    async with aws.clients(aws.url_of(own_aws)) as clients:
        queues = await new_queues(clients)
        hints = await sqs_hints(clients, queues)
        hints.publish(A_HINT)
        assert await hints.take(HintKind.SUBMIT, 64) == [A_HINT]

        await own_aws.kill()
        hints.publish(A_HINT)
        assert not await hints.take(HintKind.SUBMIT, 64)
        await own_aws.start()
        sqs = await clients.open("sqs")
        for url in queues.values():
            await sqs.create_queue(QueueName=url.rsplit("/", 1)[-1])

        async with asyncio.timeout(PATIENCE_S):
            got: list[Hint] = []
            while not got:
                hints.publish(A_HINT)
                got += await hints.take(HintKind.SUBMIT, 64)
        assert got[0] == A_HINT
        await hints.close()


async def test_closing_sends_what_waits(clients: AwsClients) -> None:
    queues = await new_queues(clients)
    publisher, taker = await sqs_hints(clients, queues), await sqs_hints(clients, queues)

    for number in range(50):
        publisher.publish(a_hint(number))
    await publisher.close()

    got: set[str] = set()
    async with asyncio.timeout(PATIENCE_S):
        while len(got) < 50:
            got |= {hint.refund_id for hint in await taker.take(HintKind.SUBMIT, 64)}
    await taker.close()
