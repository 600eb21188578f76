"""Builds the web application of one or several services, with health, metrics, public keys and documentation."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from logging import getLevelNamesMapping
from time import monotonic

from prometheus_client import CollectorRegistry

from refunds.ports.clock import Clock
from refunds.runtime.app.health import HealthRoutes, Ping
from refunds.runtime.app.web import IN_FLIGHT_MAX, Web, WebParts, build_app
from refunds.runtime.auth.authorizer import Authorizer, Verifier
from refunds.runtime.auth.issuer import IssuerRoutes
from refunds.runtime.auth.policies import Policies
from refunds.runtime.http.body_budget import BYTES_MAX, BodyBudget
from refunds.runtime.http.endpoint import Endpoint
from refunds.runtime.http.load_limits import LoadLimits, LoadSettings
from refunds.runtime.http.metrics import WebMetrics
from refunds.runtime.http.problems import ProblemTable
from refunds.runtime.http.rate_limits import RateSettings, TenantRates
from refunds.runtime.http.request_ids import RequestIds
from refunds.runtime.http.response_sending import PART_WITHIN_S
from refunds.runtime.schema.docs_routes import DocumentationRoutes


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteParts:
    """The parts that every web application needs. `process_part` makes the request ids of processes differ."""

    clock: Clock
    verifier: Verifier
    is_known_tenant: Callable[[str], bool]
    reload: Callable[[], Awaitable[object]]
    policies: Sequence[str]
    problems: ProblemTable
    process_part: str
    public_url: str = ""
    jwks: bytes = b'{"keys":[]}'
    pings: Mapping[str, Ping] = field(default_factory=dict)
    lesser_pings: Mapping[str, Ping] = field(default_factory=dict)
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    in_flight_max: int = IN_FLIGHT_MAX
    body_bytes_held_max: int = BYTES_MAX
    part_within_s: float = PART_WITHIN_S
    refused_log_level: str = "debug"
    load: LoadSettings = field(default_factory=LoadSettings)
    rates: RateSettings = field(default_factory=RateSettings)
    seconds: Callable[[], float] = monotonic


def build_site(parts: SiteParts, endpoints: Callable[[Authorizer], Sequence[Endpoint]]) -> Web:
    """Returns the web application. `endpoints` creates the routes of the services."""
    authorizer = Authorizer(
        verifier=parts.verifier,
        policies=Policies(parts.policies),
        clock=parts.clock,
        is_known_tenant=parts.is_known_tenant,
        reload=parts.reload,
    )
    metrics = WebMetrics(parts.registry)
    around = [
        *HealthRoutes(pings=parts.pings, lesser_pings=parts.lesser_pings, metrics=metrics).endpoints(),
        *IssuerRoutes(jwks=parts.jwks).endpoints(),
    ]
    routes = [*endpoints(authorizer), *around]
    documented = [route for route in routes if route.is_documented]
    documentation = DocumentationRoutes.of(documented, parts.problems, parts.public_url)
    web = WebParts(
        authorizer=authorizer,
        problems=parts.problems,
        metrics=metrics,
        request_ids=RequestIds(parts.process_part),
        rates=TenantRates(parts.seconds, parts.rates),
        bodies=BodyBudget(bytes_max=parts.body_bytes_held_max),
        load=LoadLimits(parts.load, parts.seconds, metrics),
        in_flight_max=parts.in_flight_max,
        part_within_s=parts.part_within_s,
        refused_level=getLevelNamesMapping()[parts.refused_log_level.upper()],
    )
    return build_app([*routes, *documentation.endpoints()], web)
