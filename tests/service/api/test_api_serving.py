"""Serving: an address that cannot be served is said so, and a stop that nobody waits for any longer cuts nobody off."""

import asyncio
import socket
from typing import Any

import pytest
from tests.support.http.site import free_port

from refunds.runtime.http.serving import NotServing, serve


async def _nothing(_scope: object, _receive: object, _send: object) -> None:
    raise AssertionError


async def test_port_that_is_taken_is_reported_in_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(NotServing, match=f"127.0.0.1:{port} cannot be served"):
            await serve(_nothing, "127.0.0.1", port)


async def test_caller_at_the_stop_is_still_answered_when_the_stop_is_no_longer_waited_for() -> None:
    asked, goes_on = asyncio.Event(), asyncio.Event()

    async def waits(scope: Any, _receive: object, send: Any) -> None:
        if scope["type"] != "http":
            return
        asked.set()
        await goes_on.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"answered"})

    port = free_port()
    serving = await serve(waits, "127.0.0.1", port)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    await asked.wait()

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await serving.stop()
    goes_on.set()

    assert b"answered" in await reader.read()
    writer.close()
    await serving.task


async def test_address_of_another_machine_is_reported_in_one_line() -> None:
    with pytest.raises(NotServing, match="cannot be served"):
        await serve(_nothing, "192.0.2.1", 1)
