"""A caller that sends slowly holds nothing for long: headers and bodies have their time, seen on a bare socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.support.http.site import Client, World, free_port, running

from refunds.runtime.auth.authorizer import Authorizer
from refunds.runtime.http.endpoint import Answer, Call, Endpoint
from refunds.runtime.http.serving import serve

SOON_S = 0.3
PATIENT_S = 10.0
HEAD = b"POST /slow HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
NEXT = b"POST /slow HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"


class Slow(World):
    """A site with a route whose body must come soon."""

    def endpoints(self, authorizer: Authorizer) -> list[Endpoint]:
        """That route alone."""

        async def taken(call: Call) -> Answer:
            return Answer(body=call.body)

        return [
            Endpoint(
                method="POST",
                path="/slow",
                tag="odd",
                summary="Slow",
                handler=taken,
                action=None,
                body_within_s=SOON_S,
            )
        ]


def port_of(client: Client) -> int:
    return int(client.url.rsplit(":", 1)[1])


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()


async def until_closed(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(PATIENT_S):
        return await reader.read()


async def test_body_that_stays_away_is_answered_408_and_the_connection_is_closed() -> None:
    async with running(Slow()) as client, connected(port_of(client)) as (reader, writer):
        writer.write(HEAD + b"Content-Length: 100\r\n\r\n{")

        answer = await until_closed(reader)

    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408 ")
    assert b"application/problem+json" in head
    assert b'"code":"body_too_slow"' in body


async def test_body_that_drips_has_one_time_for_all_of_it() -> None:
    async with running(Slow()) as client, connected(port_of(client)) as (reader, writer):
        writer.write(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        answer = asyncio.create_task(until_closed(reader))
        while not answer.done():
            writer.write(b"1\r\n \r\n")
            await asyncio.wait([answer], timeout=SOON_S / 10)

    assert answer.result().startswith(b"HTTP/1.1 408 ")


async def test_other_callers_are_answered_while_one_is_slow() -> None:
    async with running(Slow()) as client:
        port = port_of(client)
        async with connected(port) as (_, slow), connected(port) as (reader, writer):
            slow.write(HEAD + b"Content-Length: 100\r\n\r\n{")
            writer.write(NEXT)

            assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")


async def test_connection_whose_headers_stay_away_is_closed() -> None:
    async def nothing(_scope: object, _receive: object, _send: object) -> None:
        raise AssertionError

    port = free_port()
    serving = await serve(nothing, "127.0.0.1", port, headers_within_s=SOON_S)
    async with connected(port) as (reader, writer):
        writer.write(HEAD)

        assert b" 200 " not in await until_closed(reader)
    await serving.stop()
