"""Describes what a service gives to its process, such as HTTP routes, policies, problems and loops."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from refunds.runtime.auth.authorizer import Authorizer
from refunds.runtime.http.endpoint import Endpoint
from refunds.runtime.http.problems import ProblemTable

Loop = Callable[[asyncio.Event], Awaitable[None]]
Step = Callable[[], Awaitable[None]]


def no_endpoints(_gate: Authorizer) -> Sequence[Endpoint]:
    """Returns no routes. It is the default for services without public endpoints."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service in the form in which its process runs it.

    The `starts` run before the service is ready. Each loop gets an event and runs until the event is set. The `pings`
    raise errors while the service's own work makes no progress. If a process runs several services, a failed ping only
    makes the health of the process degraded.
    """

    name: str
    endpoints: Callable[[Authorizer], Sequence[Endpoint]] = no_endpoints
    policies: Sequence[str] = ()
    problems: ProblemTable = field(default_factory=dict)
    starts: Sequence[Step] = ()
    loops: Sequence[Loop] = ()
    closes: Sequence[Step] = ()
    pings: Mapping[str, Step] = field(default_factory=dict)
