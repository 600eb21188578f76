"""A service as its process sees it: HTTP routes with policies and problems, loops, and parts to close."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from refunds.runtime.auth.authorizer import Authorizer
from refunds.runtime.http.endpoint import Endpoint
from refunds.runtime.http.problems import ProblemTable

Loop = Callable[[asyncio.Event], Awaitable[None]]
Step = Callable[[], Awaitable[None]]


def no_endpoints(_gate: Authorizer) -> Sequence[Endpoint]:
    """Returns no routes, for services without public endpoints."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """`starts` run before the service is ready; each loop runs until its event is set.

    `pings` raise while the service's own work makes no progress; a process of several services is then only degraded.
    """

    name: str
    endpoints: Callable[[Authorizer], Sequence[Endpoint]] = no_endpoints
    policies: Sequence[str] = ()
    problems: ProblemTable = field(default_factory=dict)
    starts: Sequence[Step] = ()
    loops: Sequence[Loop] = ()
    closes: Sequence[Step] = ()
    pings: Mapping[str, Step] = field(default_factory=dict)
