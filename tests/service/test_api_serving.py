"""Serving: an address that cannot be served is said so."""

import socket

import pytest

from refunds.runtime.serving import NotServing, serve


async def _nothing(_scope: object, _receive: object, _send: object) -> None:
    raise AssertionError


async def test_port_that_is_taken_is_told_in_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(NotServing, match=f"127.0.0.1:{port} cannot be served"):
            await serve(_nothing, "127.0.0.1", port)


async def test_address_of_another_machine_is_told_in_one_line() -> None:
    with pytest.raises(NotServing, match="cannot be served"):
        await serve(_nothing, "192.0.2.1", 1)
