"""Answers that make no sense, have no end or come from something in front of the gateway fail no refund."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.service.gateway.http_gateway_at import gateway_at
from tests.service.gateway.sandbox_process import Sandbox, running
from tests.support.gateway.gateway_sides import a_submission
from tests.support.gateway.raw_gateway import http, strange

from refunds.domain.attempt.result_recording import GatewayResult, ResultKind


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox whose delays end only when its clock is advanced."""
    with running(tmp_path / "books", RETRY_AFTER_S="7", HOLD_MS="600000") as started:
        yield started


async def asked(sandbox: Sandbox, attempt_id: str = "att_1") -> GatewayResult:
    """The word on one question."""
    async with gateway_at(sandbox.url) as gateway:
        return await gateway.query_status(attempt_id, "mer_1")


GOOD = b'{"status": "succeeded", "gateway_refund_id": "x_1", "reference": "att_1", "amount": 60, "currency": "USD"}'


@pytest.mark.parametrize(
    "answer",
    [
        http(200, b""),
        http(200, b"<html>Welcome</html>"),
        http(200, b"[]"),
        http(200, b'{"status": "sucseeded", "currency": "USD"}'),
        http(200, b'{"status": "reversed", "reference": "att_1", "currency": "USD"}'),
        http(200, GOOD.replace(b"att_1", b"att_2")),
        http(200, GOOD.replace(b"USD", b"usd")),
        http(200, GOOD.replace(b"x_1", b"x\\u00001")),
        http(200, GOOD.replace(b"x_1", b"x\\u202e1")),
        http(200, GOOD.replace(b"x_1", b"x\\ud8001")),
        http(200, GOOD.replace(b"60", b"-60")),
        http(200, GOOD.replace(b"60", b"9" * 5_000)),
        http(200, GOOD.replace(b"x_1", b"x" * 1_000)),
        http(200, GOOD[:-1] + b" " * 200_000 + b"}"),
        http(200, GOOD[:20]).replace(b"content-length: 20", b"content-length: 99"),
        http(200, b'{"status": "succeeded", "x": ' + b"[" * 30_000 + b"]" * 30_000 + b"}"),
        http(400, b'{"x": ' + b"[" * 30_000 + b"]" * 30_000 + b"}"),
        http(200, gzip.compress(GOOD), "content-encoding: gzip"),
        http(204, b""),
        http(302, b"{}", "location: /refunds?reference=att_1"),
        http(307, b"{}", "location: /elsewhere"),
        http(400, b"<html>Bad Request</html>"),
        http(400, b"{}"),
        http(400, b'{"message": "Bad Request"}'),
        http(400, b'{"error": {"code": "moonphase"}}'),
        http(402, b'{"error": {"code": "Do_Not_Honor"}}'),
        http(402, b'{"error": {"code": "do_not_honor "}}'),
        http(410, b'{"error": {"code": "gone"}}'),
        http(422, b'{"error": {"code": "processing_error", "message": "do_not_honor"}}'),
        http(451, b'{"error": {"code": 451}}'),
        http(101, b""),
        http(203, GOOD),
        http(206, GOOD),
        http(226, GOOD),
        http(300, GOOD),
        http(304, b""),
        http(502, b'{"error": {"code": "do_not_honor"}}'),
        http(599, GOOD),
        http(403, b'{"error": {"code": "blocked"}}'),
        http(404, b'{"error": {"code": "route_not_found"}}'),
        http(409, b'{"error": {"code": "busy"}}'),
        http(503, b'{"error": {"code": "books_unavailable"}}'),
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\nabc",
        b"no http at all\r\n\r\n",
    ],
)
async def test_answer_that_makes_no_sense_is_lost_and_never_a_failure(answer: bytes) -> None:
    async with strange(answer) as other, gateway_at(other.url) as gateway:
        result = await gateway.submit(a_submission())

        assert result.kind is ResultKind.UNKNOWN
        assert len(other.asked) == 1, "money is asked for at one address, once"


async def test_answer_in_parts_of_unsaid_length_is_read() -> None:
    parts = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (GOOD[:30], GOOD[30:], b""))
    async with strange(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + parts) as other:
        async with gateway_at(other.url) as gateway:
            assert (await gateway.submit(a_submission())).kind is ResultKind.SUCCEEDED


async def test_answer_without_end_is_lost() -> None:
    part = b"%x\r\n%b\r\n" % (60_000, b" " * 60_000)
    async with strange(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + part * 3) as other:
        async with gateway_at(other.url) as gateway:
            assert (await gateway.submit(a_submission())).kind is ResultKind.UNKNOWN


@pytest.mark.parametrize("wait", ["x", "-1", "²", "9" * 5_000, "Wed, 21 Oct 2026 07:28:00 GMT", "1.5", ""])
async def test_retry_after_that_is_no_number_is_left_to_our_own_delay(wait: str) -> None:
    answer = http(429, b'{"error": {"code": "too_many_requests"}}', f"retry-after: {wait}")
    async with strange(answer) as other, gateway_at(other.url) as gateway:
        result = await gateway.submit(a_submission())

    assert (result.kind, result.retry_after_s) == (ResultKind.UNAVAILABLE, None)


async def test_rate_limit_of_something_in_front_of_the_gateway_is_one_as_well() -> None:
    async with strange(http(429, b'{"message": "slow down"}', "retry-after: 3")) as other:
        async with gateway_at(other.url) as gateway:
            result = await gateway.submit(a_submission())

    assert (result.kind, result.code, result.retry_after_s) == (ResultKind.UNAVAILABLE, "rate_limited", 3)


@pytest.mark.parametrize(
    "answer",
    [
        http(404, b"<html>Not Found</html>"),
        http(404, b'{"error": {"code": "route_not_found"}}'),
        http(200, GOOD.replace(b"att_1", b"att_2")),
        http(500, b'{"error": {"code": "refund_not_found"}}'),
        http(302, b"{}", "location: /nowhere"),
    ],
)
async def test_contradiction_is_settled_only_by_the_gateways_own_result_for_this_attempt(answer: bytes) -> None:
    """A 404 of a proxy would send the refund again, or fail it."""
    async with strange(answer) as other, gateway_at(other.url) as gateway:
        assert (await gateway.query_status("att_1", "mer_1")).kind is ResultKind.UNKNOWN
