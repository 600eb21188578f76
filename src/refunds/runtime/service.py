"""What a service is to the process that runs it: HTTP routes, background loops, and things to close."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

Loop = Callable[[asyncio.Event], Awaitable[None]]
Close = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """`routes` are Litestar handlers or routers; each loop runs until its event is set."""

    name: str
    routes: Sequence[Any] = ()
    loops: Sequence[Loop] = ()
    closes: Sequence[Close] = ()
