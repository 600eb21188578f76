"""A whole web site of one or several services: their routes with health, metrics, keys and documentation around them.

Called by whoever starts a service, alone or with others in one process.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic

from litestar.types import ControllerRouterHandler
from prometheus_client import CollectorRegistry

from refunds.ports.clock import Clock
from refunds.runtime.auth import Gate, Verifier
from refunds.runtime.calls import Endpoint
from refunds.runtime.documentation import DocumentationRoutes
from refunds.runtime.health import HealthRoutes, Ping
from refunds.runtime.held_bodies import BYTES_MAX, HeldBodies
from refunds.runtime.issuer import IssuerRoutes
from refunds.runtime.metrics import WebMetrics
from refunds.runtime.policies import Policies
from refunds.runtime.problems import ProblemTable
from refunds.runtime.rates import RateSettings, TenantRates
from refunds.runtime.request_ids import RequestIds
from refunds.runtime.sending import PART_WITHIN_S
from refunds.runtime.web import IN_FLIGHT_MAX, Web, WebParts, build_app


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteParts:
    """What every site needs. `process_part` tells request ids of different processes apart."""

    clock: Clock
    verifier: Verifier
    is_known_tenant: Callable[[str], bool]
    look_again: Callable[[], Awaitable[object]]
    policies: Sequence[str]
    problems: ProblemTable
    process_part: str
    jwks: bytes = b'{"keys":[]}'
    pings: Mapping[str, Ping] = field(default_factory=dict)
    lesser_pings: Mapping[str, Ping] = field(default_factory=dict)
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    in_flight_max: int = IN_FLIGHT_MAX
    body_bytes_held_max: int = BYTES_MAX
    part_within_s: float = PART_WITHIN_S
    rates: RateSettings = field(default_factory=RateSettings)
    seconds: Callable[[], float] = monotonic


def build_site(
    parts: SiteParts,
    endpoints: Callable[[Gate], Sequence[Endpoint]],
    others: Sequence[ControllerRouterHandler] = (),
) -> Web:
    """The application. `endpoints` makes the services' routes; `others` are Litestar handlers, for webhooks."""
    gate = Gate(
        verifier=parts.verifier,
        policies=Policies(parts.policies),
        clock=parts.clock,
        is_known_tenant=parts.is_known_tenant,
        look_again=parts.look_again,
    )
    metrics = WebMetrics(parts.registry)
    around = [
        *HealthRoutes(pings=parts.pings, lesser_pings=parts.lesser_pings, metrics=metrics).endpoints(),
        *IssuerRoutes(jwks=parts.jwks).endpoints(),
    ]
    routes = [*endpoints(gate), *around]
    documentation = DocumentationRoutes.of(routes, parts.problems)
    web = WebParts(
        gate=gate,
        problems=parts.problems,
        metrics=metrics,
        request_ids=RequestIds(parts.process_part),
        rates=TenantRates(parts.seconds, parts.rates),
        bodies=HeldBodies(bytes_max=parts.body_bytes_held_max),
        in_flight_max=parts.in_flight_max,
        part_within_s=parts.part_within_s,
    )
    return build_app([*routes, *documentation.endpoints()], web, others)
