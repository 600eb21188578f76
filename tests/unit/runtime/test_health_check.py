"""The health check of a container: 0 where the service answers that it lives, else a reason."""

import asyncio
import subprocess
import sys

import pytest
from tests.support.http.answering_server import answering

from refunds.runtime.process.health_check import run


async def checked(status: int) -> int:
    """The exit code where the service answers so."""
    async with answering(lambda _number: (status, b"{}", 0.0)) as server:
        return await asyncio.to_thread(run, {"REFUNDS_PORT": str(server.port)})


async def test_service_that_answers_is_healthy() -> None:
    assert await checked(200) == 0


async def test_service_that_answers_otherwise_is_not_healthy_and_reports_why(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert await checked(500) == 1

    assert "answered 500" in capsys.readouterr().err


async def test_service_that_hangs_up_is_not_healthy() -> None:
    assert await checked(0) == 1


def test_port_where_nobody_listens_is_not_healthy() -> None:
    assert run({"REFUNDS_PORT": "1"}) == 1


def test_wrong_environment_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert run({"REFUNDS_PORT": "http"}) == 2

    assert "REFUNDS_PORT must be a whole number" in capsys.readouterr().err


def test_check_loads_nothing_of_the_services() -> None:
    program = (
        "import sys; from refunds.cli.entries import run_entry; run_entry('health', {'REFUNDS_PORT': '1'});"
        "print([name for name in ('pymongo', 'granian', 'cyclopts', 'aiobotocore') if name in sys.modules])"
    )

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)

    assert ended.stdout == "[]\n"
