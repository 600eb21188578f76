"""Bodies that break off or are no HTTP are the caller's mistake: 400 or a closed connection, never a 500."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from structlog.testing import capture_logs
from tests.service.test_slow_callers import Slow, port_of
from tests.support.back_door import BackDoor, door_on
from tests.support.site import running

HEAD = b"POST %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n"
BROKEN = {
    "chunk that is none": b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
    "length and chunks": b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nhello",
    "fewer bytes than said": b"Content-Length: 500\r\n\r\n{",
}
PATIENT_S = 10.0


async def answer_to(port: int, request: bytes) -> bytes:
    """All that comes back, the request's side being closed after it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        writer.write_eof()
        async with asyncio.timeout(PATIENT_S):
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


def status_of(answer: bytes) -> int | None:
    """None where the connection was closed without an answer."""
    return int(answer.split(b" ", 2)[1]) if answer else None


@pytest.fixture
async def door(database: AsyncDatabase[Any], mongodb_uri: str) -> AsyncIterator[BackDoor]:
    async with door_on(database, mongodb_uri) as opened:
        yield opened


@pytest.mark.parametrize("how", sorted(BROKEN))
async def test_broken_body_of_a_route_is_answered_400(how: str) -> None:
    async with running(Slow()) as client:
        with capture_logs() as logs:
            answer = await answer_to(port_of(client), HEAD % b"/slow" + BROKEN[how])

    assert status_of(answer) in (400, None)
    assert [entry for entry in logs if entry["log_level"] in ("error", "critical")] == []


@pytest.mark.parametrize("how", sorted(BROKEN))
async def test_broken_webhook_is_answered_400_and_alarms_nobody(door: BackDoor, how: str) -> None:
    port = int(door.url.rsplit(":", 1)[1])

    with capture_logs() as logs:
        answer = await answer_to(port, HEAD % b"/webhooks/sandbox" + BROKEN[how])

    assert status_of(answer) in (400, 422, None)
    assert [entry for entry in logs if entry["log_level"] in ("error", "critical")] == []
