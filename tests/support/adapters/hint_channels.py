"""Every channel of hints, opened at both of its ends and empty; for the contract suite."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from redis.asyncio import Redis
from tests.support.adapters import aws

from refunds.adapters.aws.clients import AwsClients
from refunds.adapters.aws.hints import SqsHints
from refunds.adapters.local.hints import LocalHints
from refunds.adapters.memory.gateway.hints import MemoryHints
from refunds.adapters.redis.hints import RedisHints
from refunds.ports.gateway.hints import Hint, HintKind, Hints

IDLE_S = 0.05
IDLE_OF_SQS_S = 1
PATIENCE_S = 20.0

_numbers = itertools.count(1)


class Channel(Protocol):
    """Opens both ends."""

    def __call__(self) -> AbstractAsyncContextManager[tuple[Hints, Hints]]: ...


class MemoryChannel:
    """Both ends are one."""

    @contextlib.asynccontextmanager
    async def __call__(self) -> AsyncIterator[tuple[Hints, Hints]]:
        hints = MemoryHints(idle_s=IDLE_S)
        yield hints, hints


class LocalChannel:
    """The channel of an instance that runs in one process: both ends are one."""

    @contextlib.asynccontextmanager
    async def __call__(self) -> AsyncIterator[tuple[Hints, Hints]]:
        hints = LocalHints(idle_s=IDLE_S)
        yield hints, hints


def connected(uri: str) -> "Redis[Any]":
    """A client of Redis as services have it."""
    return Redis.from_url(uri, socket_connect_timeout=1.0, socket_timeout=5.0)


@dataclass(frozen=True, slots=True)
class RedisChannel:
    """Two connections to an emptied Redis."""

    uri: str

    @contextlib.asynccontextmanager
    async def __call__(self) -> AsyncIterator[tuple[Hints, Hints]]:
        redis = connected(self.uri)
        await redis.flushall()
        ends = RedisHints(redis, idle_s=IDLE_S), RedisHints(connected(self.uri), idle_s=IDLE_S)
        yield ends
        for end in ends:
            await end.close()


@dataclass(frozen=True, slots=True)
class SqsChannel:
    """Two clients of two new queues."""

    url: str

    @contextlib.asynccontextmanager
    async def __call__(self) -> AsyncIterator[tuple[Hints, Hints]]:
        async with aws.clients(self.url) as clients:
            queues = await new_queues(clients)
            ends = await sqs_hints(clients, queues), await sqs_hints(clients, queues)
            yield ends
            for end in ends:
                await end.close()


async def new_queues(clients: AwsClients, attributes: Mapping[str, str] | None = None) -> Mapping[HintKind, str]:
    """A queue a kind that no other test uses."""
    sqs, number = await clients.open("sqs"), next(_numbers)
    made = {
        kind: await sqs.create_queue(QueueName=f"{kind.name.lower()}-{number}", Attributes=attributes or {})
        for kind in HintKind
    }
    return {kind: answer["QueueUrl"] for kind, answer in made.items()}


async def sqs_hints(
    clients: AwsClients, queues: Mapping[HintKind, str], warned: list[Exception] | None = None
) -> SqsHints:
    """One end over SQS."""
    warnings: list[Exception] = [] if warned is None else warned
    sqs = await clients.open("sqs", waits_s=IDLE_OF_SQS_S)
    return SqsHints(sqs, queues, warnings.append, wait_s=IDLE_OF_SQS_S)


def a_hint(number: int, kind: HintKind = HintKind.SUBMIT) -> Hint:
    """A hint that can be distinguished; every other one is of a version that did not name whose work it is."""
    whose = {"merchant_id": f"mer_{number}", "gateway": "sandbox"} if number % 2 else {}
    return Hint(kind=kind, payment_id=f"pay_{number}", refund_id=f"ref_{number}", **whose)


async def taken(hints: Hints, count: int, kind: HintKind = HintKind.SUBMIT, *, at_once_max: int = 64) -> list[Hint]:
    """So many hints, waited for."""
    got: list[Hint] = []
    async with asyncio.timeout(PATIENCE_S):
        while len(got) < count:
            got += await hints.take(kind, at_once_max)
    return got
