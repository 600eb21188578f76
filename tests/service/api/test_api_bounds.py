"""Bounds of what is in flight, over real HTTP: requests count until their answers end, bodies count by bytes."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from structlog.testing import capture_logs
from tests.support.http.site import MERCHANT, OTHER_MERCHANT, Client, World, running

from refunds.runtime.auth.authorizer import Authorizer
from refunds.runtime.http.endpoint import Answer, Call, Endpoint

PATIENT_S = 10.0
PART = b"x" * 1_000_000
PARTS_COUNT = 200
"""More than what fits between a server and a client that does not read."""


class Streams(World):
    """A site whose routes answer in parts, and one whose body is held while it waits."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.goes_on = asyncio.Event()
        self.parts_given = 0

    def endpoints(self, authorizer: Authorizer) -> list[Endpoint]:
        """Those routes beside the usual."""

        async def large() -> AsyncGenerator[bytes, None]:
            for _ in range(PARTS_COUNT):
                self.parts_given += 1
                yield PART

        async def waiting() -> AsyncGenerator[bytes, None]:
            yield b"first\n"
            await self.goes_on.wait()
            yield b"last\n"

        async def failing() -> AsyncGenerator[bytes, None]:
            yield b"first\n"
            raise ZeroDivisionError

        async def hold(call: Call) -> Answer:
            await self.goes_on.wait()
            return Answer(body=b"%d" % len(call.body))

        def streaming(stream: Any) -> Any:
            async def handler(_call: Call) -> Answer:
                return Answer(stream=stream(), media_type=b"text/plain")

            return handler

        streams = {"/large": large, "/waiting": waiting, "/failing": failing}
        return [
            *super().endpoints(authorizer),
            *(
                Endpoint(method="GET", path=path, tag="odd", summary="Odd", handler=streaming(of), action=None)
                for path, of in streams.items()
            ),
            Endpoint(method="POST", path="/hold", tag="odd", summary="Odd", handler=hold, action="read_refunds"),
        ]


class Socket:
    """A connection that is read only when the test reads."""

    def __init__(self, api: Client) -> None:
        self.port = int(api.url.rsplit(":", 1)[1])

    async def __aenter__(self) -> "Socket":
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.writer.close()

    def send(self, *lines: str, body: bytes = b"") -> None:
        """A request, or the beginning of one."""
        self.writer.write("\r\n".join((*lines, "Host: a", "", "")).encode() + body)

    async def head(self) -> bytes:
        """The head of an answer."""
        async with asyncio.timeout(PATIENT_S):
            return await self.reader.readuntil(b"\r\n\r\n")

    async def rest(self) -> bytes:
        """All until the connection ends."""
        async with asyncio.timeout(PATIENT_S):
            return await self.reader.read()


async def metric(api: Client, name: str) -> float:
    """The value of a metric; 0 where it is not there."""
    text = (await api.get("/metrics")).text
    return next((float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(name + " ")), 0.0)


async def until(api: Client, name: str, value: float) -> None:
    """Until a metric has the value."""
    async with asyncio.timeout(PATIENT_S):
        while await metric(api, name) != value:
            await asyncio.sleep(0)


IN_FLIGHT = "refunds_http_in_flight"
ITSELF = 1
"""The request for the metrics is in flight, too."""


def count_of(route: str) -> str:
    return f'refunds_http_request_seconds_count{{method="GET",route="{route}",status="200"}}'


async def test_answer_in_parts_is_in_flight_until_its_last_part_and_is_timed_to_there() -> None:
    world = Streams(in_flight_max=1)
    async with running(world) as api, Socket(api) as caller:
        caller.send("GET /waiting HTTP/1.1", "Connection: close")
        await caller.head()
        before = await metric(api, IN_FLIGHT), await metric(api, count_of("/waiting"))
        refused = await api.get("/v1/refunds")
        world.goes_on.set()
        body = await caller.rest()
        await until(api, IN_FLIGHT, ITSELF)
        after = await metric(api, count_of("/waiting"))
        taken = await api.get("/v1/refunds")

    assert before == (1 + ITSELF, 0)
    assert (refused.status, refused.code) == (429, "overloaded")
    assert b"last\n" in body
    assert (after, taken.status) == (1, 200)


async def test_caller_that_does_not_read_counts_and_is_cut_off_after_its_time() -> None:
    world = Streams(site={"part_within_s": 0.05})
    async with running(world) as api, Socket(api) as caller:
        with capture_logs() as logs:
            caller.send("GET /large HTTP/1.1")
            await until(api, count_of("/large"), 1)
        parts_given = world.parts_given
        answer = await caller.rest()

    assert parts_given < PARTS_COUNT
    assert not answer.endswith(b"0\r\n\r\n")
    assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == ["answer.broken_off"]


async def test_caller_that_left_is_in_flight_no_longer() -> None:
    world = Streams()
    async with running(world) as api:
        async with Socket(api) as caller:
            caller.send("GET /waiting HTTP/1.1")
            await caller.head()
            caller.writer.transport.abort()
        world.goes_on.set()
        await until(api, IN_FLIGHT, ITSELF)
        assert await metric(api, count_of("/waiting")) == 1


async def test_answer_that_breaks_off_shows_it_and_is_in_flight_no_longer() -> None:
    async with running(Streams()) as api, Socket(api) as caller:
        with capture_logs() as logs:
            caller.send("GET /failing HTTP/1.1")
            answer = await caller.rest()
            await until(api, IN_FLIGHT, ITSELF)

    assert b"first\n" in answer
    assert not answer.endswith(b"0\r\n\r\n")
    assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == ["answer.broken_off"]


BOUND = 1_000


def held(api: Client, scope_id: str, size_bytes: int, **headers: str) -> list[str]:
    token = api.world.token("service", scope_id)
    return [
        "POST /hold HTTP/1.1",
        f"Authorization: Bearer {token}",
        "Content-Type: application/json",
        f"Content-Length: {size_bytes}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]


@pytest.mark.parametrize("sent", [300, 400])
async def test_bytes_of_a_body_count_from_the_first_and_until_the_answer(sent: int) -> None:
    world = Streams(site={"body_bytes_held_max": BOUND})
    async with running(world) as api, Socket(api) as first, Socket(api) as second, Socket(api) as other:
        first.send(*held(api, MERCHANT, 400), body=b" " * sent)
        await until(api, "refunds_http_body_bytes", sent)
        second.send(*held(api, MERCHANT, 300), body=b" " * 300)
        refused = await second.head()
        other.send(*held(api, OTHER_MERCHANT, 100), body=b" " * 100)
        await until(api, "refunds_http_body_bytes", sent + 100)
        first.writer.write(b" " * (400 - sent))
        world.goes_on.set()
        answers = [await first.head(), await other.head()]
        await until(api, "refunds_http_body_bytes", 0)
        async with Socket(api) as again:
            again.send(*held(api, MERCHANT, 200), body=b" " * 200)
            answers.append(await again.head())

    assert refused.startswith(b"HTTP/1.1 429 ")
    assert b"retry-after: 1\r\n" in refused.lower()
    assert [answer[:13] for answer in answers] == [b"HTTP/1.1 200 "] * 3


async def test_body_of_a_caller_that_left_is_let_go_of() -> None:
    async with running(Streams(site={"body_bytes_held_max": BOUND})) as api:
        async with Socket(api) as caller:
            caller.send(*held(api, MERCHANT, 500), body=b" " * 400)
            await until(api, "refunds_http_body_bytes", 400)
            caller.writer.transport.abort()
        await until(api, "refunds_http_body_bytes", 0)
        await until(api, IN_FLIGHT, ITSELF)


UNREAD = b"GET /waiting HTTP/1.1\r\nHost: evil\r\nX-Padding: x\r\n\r\n"


@pytest.mark.parametrize(
    "first",
    [
        ["HEAD /health/live HTTP/1.1"],
        ["HEAD /v1/nothing HTTP/1.1"],
        ["GET /health/live HTTP/1.1"],
        ["POST /v1/nothing HTTP/1.1", "Content-Length: 0"],
        ["DELETE /health/live HTTP/1.1"],
        ["POST /v1/refunds HTTP/1.1", f"Content-Length: {len(UNREAD)}"],
        ["GET /health/live HTTP/1.1", f"Content-Length: {len(UNREAD)}"],
    ],
)
async def test_connection_is_used_again_after_an_answer(first: list[str]) -> None:
    """Also where a body was not read: none of it is taken for the next request."""
    async with running(Streams()) as api, Socket(api) as caller:
        caller.send(*first, body=UNREAD if len(first) > 1 and first[1] != "Content-Length: 0" else b"")
        head = await caller.head()
        if not first[0].startswith("HEAD"):
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            await caller.reader.readexactly(length)
        caller.send("GET /waiting HTTP/1.1")

        assert (await caller.head()).startswith(b"HTTP/1.1 200 ")
        api.world.goes_on.set()  # type: ignore[attr-defined]
