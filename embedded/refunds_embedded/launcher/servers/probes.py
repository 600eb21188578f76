"""Makes probes that test whether a child process is ready.

The supervisor repeats a probe until it succeeds. Each probe opens one short connection. If the connection is refused,
the child is not ready. The probes need no driver, so that the launcher starts quickly.
"""

import asyncio
from collections.abc import Awaitable, Callable

PROBE_TIMEOUT_S = 2.0

Probe = Callable[[], Awaitable[bool]]


def http_ready(host: str, port: int) -> Probe:
    """Returns a probe that succeeds if `GET /health/ready` answers with status 200."""
    request = f"GET /health/ready HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    return lambda: _answers(host, port, request.encode(), b" 200 ")


def redis_ready(host: str, port: int, password: str | None) -> Probe:
    """Returns a probe that succeeds if the server answers PING with PONG.

    A server that is still loading its data does not answer with PONG.
    """
    authentication = f"AUTH {password}\r\n" if password else ""
    return lambda: _answers(host, port, f"{authentication}PING\r\nQUIT\r\n".encode(), b"+PONG")


def port_open(host: str, port: int) -> Probe:
    """Returns a probe that succeeds if a connection can be opened."""
    return lambda: _answers(host, port, b"", b"")


async def _answers(host: str, port: int, request: bytes, expected: bytes) -> bool:
    try:
        async with asyncio.timeout(PROBE_TIMEOUT_S):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(request)
                await writer.drain()
                return not expected or expected in await reader.read()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False
