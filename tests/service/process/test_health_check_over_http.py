"""The container's health check against real HTTP answers."""

import asyncio

import pytest
from tests.support.http.answering_server import answering

from refunds.runtime.process import health_check


async def test_a_service_that_lives_is_healthy() -> None:
    async with answering(lambda _: (200, b'{"status":"ok"}', 0)) as server:
        code = await asyncio.to_thread(health_check.run, {"REFUNDS_PORT": str(server.port)})

    assert code == 0
    assert server.requests[0].startswith(b"GET /health/live ")


@pytest.mark.parametrize("status", [503, 0])
async def test_a_service_that_answers_otherwise_or_hangs_up_is_not(status: int) -> None:
    async with answering(lambda _: (status, b"", 0)) as server:
        code = await asyncio.to_thread(health_check.run, {"REFUNDS_PORT": str(server.port)})

    assert code == 1


async def test_nobody_listening_is_reported_with_the_port(capsys: pytest.CaptureFixture[str]) -> None:
    async with answering(lambda _: (200, b"", 0)) as server:
        port = server.port

    code = await asyncio.to_thread(health_check.run, {"REFUNDS_PORT": str(port)})

    assert code == 1
    assert f"nothing answers on port {port}" in capsys.readouterr().err


def test_a_port_that_is_no_number_is_a_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    assert health_check.run({"REFUNDS_PORT": "web"}) == 2
    assert "REFUNDS_PORT" in capsys.readouterr().err
