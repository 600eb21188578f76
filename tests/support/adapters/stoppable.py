"""Processes that a test stops between any two calls of their ports, as SIGSTOP stops a real one, and lets go on."""

import inspect
import types
from collections.abc import Coroutine, Generator
from typing import Any, TypeVar

from refunds.usecases.projections.relay_events import RelayEvents

T = TypeVar("T")


@types.coroutine
def _place() -> Generator[None, None, None]:
    yield


class Stoppable:
    """Any port; before each of its calls is a place where the caller may be stopped."""

    def __init__(self, port: Any) -> None:
        self._port = port

    def __getattr__(self, name: str) -> Any:
        called = getattr(self._port, name)
        if not inspect.iscoroutinefunction(called):
            return called

        async def call(*args: Any, **named: Any) -> Any:
            await _place()
            return await called(*args, **named)

        return call


class StoppableRelay:
    """A relay whose ports are `Stoppable`: it runs only as far as a test lets it."""

    def __init__(self, relay: RelayEvents) -> None:
        self._running: Coroutine[None, None, None] = _forever(relay)

    def advance(self, calls: int = 1) -> None:
        """So many calls further."""
        for _ in range(calls):
            self._running.send(None)

    def end(self) -> None:
        """As kill -9 does."""
        self._running.close()


async def _forever(relay: RelayEvents) -> None:
    while True:
        await relay()


def result_of(running: Coroutine[None, None, T]) -> T:
    """What a coroutine that never waits returns."""
    try:
        running.send(None)
    except StopIteration as ended:
        return ended.value  # type: ignore[no-any-return]
    raise AssertionError("it waits for something")
