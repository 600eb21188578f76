"""Runs many calls at the same time, up to a limit. The results keep the order of the inputs."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

Member = TypeVar("Member")
Result = TypeVar("Result")


async def for_all(members: Iterable[Member], work: Callable[[Member], Awaitable[Result]], at_once: int) -> list[Result]:
    """Calls `work` for all members, at most `at_once` at the same time. Returns the results in order.

    The first failure ends all calls and is raised.
    """
    waiting = iter(enumerate(members))
    results: dict[int, Result] = {}

    async def worker() -> None:
        for number, member in waiting:
            results[number] = await work(member)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(worker())
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return [results[number] for number in sorted(results)]
