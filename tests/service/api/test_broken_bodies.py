"""Bodies that break off or are no HTTP are the caller's mistake: 400 or a closed connection, never a 500."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from structlog.testing import capture_logs
from tests.service.api.test_slow_callers import Slow, port_of
from tests.support.gateway.gateway_endpoint import GatewayEndpoint, endpoint_on
from tests.support.http.site import Client, running

HEAD = b"POST %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n"
BROKEN = {
    "chunk that is none": b"Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
    "length and chunks": b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\nhello",
    "fewer bytes than said": b"Content-Length: 500\r\n\r\n{",
}
BREAKS_OFF = {"length and chunks", "fewer bytes than said"}
PATIENT_S = 10.0


async def answer_to(port: int, request: bytes, *, then_closes: bool = False) -> bytes:
    """All that comes back; the caller closes its side at once where it has no more to send."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(request)
        if then_closes:
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
async def endpoint(database: AsyncDatabase[Any], mongodb_uri: str) -> AsyncIterator[GatewayEndpoint]:
    async with endpoint_on(database, mongodb_uri) as opened:
        yield opened


@pytest.mark.parametrize("how", sorted(BROKEN))
async def test_broken_body_of_a_route_is_answered_400(how: str) -> None:
    async with running(Slow()) as client:
        with capture_logs() as logs:
            answer = await answer_to(port_of(client), HEAD % b"/slow" + BROKEN[how], then_closes=how in BREAKS_OFF)

    assert status_of(answer) in (400, None)
    assert [entry for entry in logs if entry["log_level"] in ("error", "critical")] == []


@pytest.mark.parametrize("how", sorted(BROKEN))
async def test_broken_webhook_is_answered_400_and_alarms_nobody(endpoint: GatewayEndpoint, how: str) -> None:
    port = int(endpoint.url.rsplit(":", 1)[1])

    with capture_logs() as logs:
        answer = await answer_to(port, HEAD % b"/webhooks/sandbox" + BROKEN[how], then_closes=how in BREAKS_OFF)

    assert status_of(answer) in (400, None)
    assert [entry for entry in logs if entry["log_level"] in ("error", "critical")] == []


@pytest.mark.parametrize("path", ["/v1/refunds", "/v1/payments", "/v1/refunds/bulk"])
@pytest.mark.parametrize("how", sorted(BROKEN))
async def test_broken_body_of_a_creating_request_is_answered_400(api: Client, path: str, how: str) -> None:
    head = HEAD.replace(b"application/json", b"application/x-ndjson") if path.endswith("bulk") else HEAD
    admitted = b"Authorization: Bearer %s\r\nIdempotency-Key: k\r\n" % api.world.token().encode()

    with capture_logs() as logs:
        answer = await answer_to(
            port_of(api), head % path.encode() + admitted + BROKEN[how], then_closes=how in BREAKS_OFF
        )

    assert status_of(answer) in (400, None)
    assert [entry for entry in logs if entry["log_level"] in ("error", "critical")] == []


async def test_two_different_idempotency_keys_are_refused_and_one_is_not() -> None:
    one = HEAD % b"/slow" + b"Idempotency-Key: a\r\nContent-Length: 2\r\n"

    async with running(Slow()) as client:
        single = await answer_to(port_of(client), one + b"\r\n{}")
        double = await answer_to(port_of(client), one + b"Idempotency-Key: a\r\n\r\n{}")
        different = await answer_to(port_of(client), one + b"Idempotency-Key: b\r\n\r\n{}")

    assert [status_of(answer) for answer in (single, double, different)] == [200, 200, 400]
    assert b'"code":"invalid_header"' in different


async def test_two_different_callers_in_one_request_are_refused_and_one_is_not(api: Client) -> None:
    tokens = [api.world.token().encode(), api.world.token("auditor").encode()]
    one, other = (b"Authorization: Bearer %s\r\n" % token for token in tokens)
    head = b"GET /v1/refunds HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"

    double = await answer_to(port_of(api), head + one + one + b"\r\n")
    different = await answer_to(port_of(api), head + one + other + b"\r\n")

    assert [status_of(answer) for answer in (double, different)] == [200, 400]
    assert b"Send one value for Authorization." in different
