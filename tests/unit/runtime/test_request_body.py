"""Bodies that handlers of the framework take in themselves have their time too."""

import asyncio
from collections.abc import Iterator

import pytest
from litestar.types import HTTPReceiveMessage

from refunds.runtime.http.problems import Problem
from refunds.runtime.http.request_body import timely


def part(body: bytes, *, is_last: bool) -> HTTPReceiveMessage:
    return {"type": "http.request", "body": body, "more_body": not is_last}


async def test_body_that_is_not_whole_in_time_is_a_problem_408() -> None:
    async def never() -> HTTPReceiveMessage:
        await asyncio.Event().wait()
        raise AssertionError

    with pytest.raises(Problem) as refused:
        await timely(never, 0)()

    assert (refused.value.kind.status, refused.value.kind.code) == (408, "body_too_slow")
    assert (b"connection", b"close") in refused.value.headers


async def test_whole_body_is_handed_on_and_what_comes_after_it_has_no_time() -> None:
    parts: Iterator[HTTPReceiveMessage] = iter([part(b"a", is_last=False), part(b"b", is_last=True)])
    goes = asyncio.Event()

    async def receive() -> HTTPReceiveMessage:
        found = next(parts, None)
        if found is None:
            await goes.wait()
            return part(b"", is_last=True)
        return found

    receiving = timely(receive, 0.05)
    first, second = await receiving(), await receiving()
    later = asyncio.create_task(receiving())  # type: ignore[arg-type]
    await asyncio.wait([later], timeout=0.1)
    is_waiting = not later.done()
    goes.set()
    await later

    assert (first["body"], second["body"]) == (b"a", b"b")  # type: ignore[typeddict-item]
    assert is_waiting
