"""A real AWS emulator (moto's server) for tests, in a process of its own, and a client of it as services have it."""

import contextlib
import itertools
import json
import os
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from aiobotocore.session import get_session
from tests.support.tracing import untraced

from refunds.adapters.aws.clients import AwsBounds, AwsClients
from refunds.adapters.aws.event_bus import SOURCE
from refunds_embedded.launcher.instance.ports import LOOPBACK, free_ports
from refunds_embedded.launcher.servers.local_servers import Server
from refunds_embedded.launcher.servers.probes import port_open

_numbers = itertools.count(1)

REGION = "eu-west-1"
ACCOUNT = "123456789012"
"""That of everybody at the emulator."""

ANONYMOUS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
"""The emulator lets everybody in, and the client signs with whatever it finds."""

SESSION = get_session()
"""One for all tests: its reading of the services' models takes a tenth of a second each."""

BOUNDS = AwsBounds(region=REGION, connect_timeout_s=1.0, read_timeout_s=5.0, tries_max=2)


def moto_server(folder: Path, port: int | None = None) -> Server:
    """Not started yet; what it holds ends with its process."""
    port = port or free_ports(1)[0]
    return Server(
        port=port,
        command=(sys.executable, "-m", "moto.server", "--host", LOOPBACK, "--port", str(port)),
        log_file=folder / "moto.log",
        probe=port_open(LOOPBACK, port),
    )


@contextlib.asynccontextmanager
async def emulator(folder: Path) -> AsyncIterator[Server]:
    """A running one."""
    server = moto_server(folder)
    with untraced():
        await server.start()
    try:
        yield server
    finally:
        await server.kill()


def url_of(server: Server) -> str:
    """Its address, as AWS_ENDPOINT_URL names it."""
    return f"http://{LOOPBACK}:{server.port}"


@contextlib.contextmanager
def at(url: str) -> Iterator[None]:
    """What AWS's own library reads from the environment leads to `url`."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        for name, value in {**ANONYMOUS, "AWS_ENDPOINT_URL": url}.items():
            patch.setenv(name, value)
        yield


@contextlib.asynccontextmanager
async def clients(url: str) -> AsyncIterator[AwsClients]:
    """Clients of the emulator."""
    with at(url):
        opened = AwsClients(BOUNDS, SESSION)
        try:
            yield opened
        finally:
            await opened.close()


async def bus_with_listener(clients: AwsClients, name: str) -> str:
    """Makes a bus of that name and a log group that gets everything which the product publishes; the group's name.

    A queue would do as well, but the emulator's queues grow slow with what lies in them.
    """
    logs, events = await clients.open("logs"), await clients.open("events")
    group = f"/bus/{name}"
    await logs.create_log_group(logGroupName=group)
    await events.create_event_bus(Name=name)
    await events.put_rule(Name="all", EventBusName=name, EventPattern=json.dumps({"source": [SOURCE]}))
    target = {"Id": "listener", "Arn": f"arn:aws:logs:{clients.bounds.region}:{ACCOUNT}:log-group:{group}"}
    await events.put_targets(Rule="all", EventBusName=name, Targets=[target])
    return group


async def received_by(clients: AwsClients, group: str) -> Sequence[Mapping[str, Any]]:
    """All that a listener has received so far, as JSON."""
    logs = await clients.open("logs")
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
    return [json.loads(event["message"]) async for page in pages for event in page["events"]]


async def new_bucket(clients: AwsClients, *, is_locked: bool = True) -> str:
    """A bucket that no other test uses; with Object Lock it keeps every version for a day."""
    s3, name = await clients.open("s3"), f"bucket-{next(_numbers)}"
    place = {"LocationConstraint": clients.bounds.region}
    await s3.create_bucket(Bucket=name, CreateBucketConfiguration=place, ObjectLockEnabledForBucket=is_locked)
    if is_locked:
        rule = {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 1}}
        configuration = {"ObjectLockEnabled": "Enabled", "Rule": rule}
        await s3.put_object_lock_configuration(Bucket=name, ObjectLockConfiguration=configuration)
    return name


async def new_sealing_key(clients: AwsClients) -> str:
    """The id of a key that seals."""
    kms = await clients.open("kms")
    made = await kms.create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")
    key_id: str = made["KeyMetadata"]["KeyId"]
    return key_id
