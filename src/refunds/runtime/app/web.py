"""Answers HTTP requests by routes that are given as `Endpoint` objects, without a web framework.

A service describes each route once, as an `Endpoint`. Routing, authorization, OpenAPI, metrics and tests all read these
objects (docs/decisions/0005 and 0044). Every failure becomes a problem document with the id of the request.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from time import perf_counter

import structlog

from refunds.domain.tenancy import Principal
from refunds.runtime.auth.authorizer import Authorizer
from refunds.runtime.http.accept import ANYTHING, check_accept
from refunds.runtime.http.asgi import Receive, Scope, Send
from refunds.runtime.http.body_budget import BodyBudget, BodyBytes
from refunds.runtime.http.endpoint import ANONYMOUS, Answer, Call, Endpoint, HeaderPairs
from refunds.runtime.http.headers import check_headers
from refunds.runtime.http.load_limits import LoadLimits
from refunds.runtime.http.metrics import WebMetrics
from refunds.runtime.http.problems import (
    INVALID_QUERY,
    METHOD_NOT_ALLOWED,
    PROBLEM_JSON,
    ROUTE_NOT_FOUND,
    TOO_MANY_REQUESTS,
    Problem,
    ProblemKind,
    ProblemTable,
    document_of,
    problem,
    problem_of,
)
from refunds.runtime.http.rate_limits import TenantRates
from refunds.runtime.http.request_body import receive_body
from refunds.runtime.http.request_ids import RequestIds
from refunds.runtime.http.response_sending import PART_WITHIN_S, send_answer
from refunds.runtime.http.routing import RouteTable
from refunds.texts.requests import limit_facts, route_facts

IN_FLIGHT_MAX = 4096
RETRY_AFTER_S = 1
UNKNOWN_ROUTE = "unknown"

BROKEN = 499
"""Status that is counted for a request that was canceled before its status was known."""

WARNED_OF = frozenset({401, 403, 503})
"""A refused request with one of these statuses is always logged as a warning."""

log = structlog.stdlib.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class WebParts:
    """The parts that the web application needs.

    A refused request is logged as a warning if its status is in WARNED_OF, and otherwise at `refused_level`.
    """

    authorizer: Authorizer
    problems: ProblemTable
    metrics: WebMetrics
    request_ids: RequestIds
    rates: TenantRates
    bodies: BodyBudget
    load: LoadLimits
    in_flight_max: int = IN_FLIGHT_MAX
    part_within_s: float = PART_WITHIN_S
    refused_level: int = logging.DEBUG


@dataclass(slots=True)
class _Request:
    """A request in progress, with the resources that it uses.

    `rate_fields` are header fields about rate limits for the response.
    """

    scope: Scope
    route: str
    id: str
    headers: dict[bytes, bytes]
    hold: BodyBytes
    rate_fields: HeaderPairs = ()


def build_app(endpoints: Sequence[Endpoint], parts: WebParts) -> "Web":
    """Returns the web application with the given routes."""
    routes = RouteTable[Endpoint]()
    for endpoint in endpoints:
        routes.add(endpoint.method, endpoint.path, endpoint)
    web = Web(parts=parts, routes=routes)
    parts.metrics.watch(lambda: web.in_flight, lambda: parts.bodies.bytes_used)
    return web


@dataclass(slots=True, kw_only=True)
class Web:
    """The web application, which serves HTTP only, by the ASGI interface."""

    parts: WebParts
    routes: RouteTable[Endpoint]
    _in_flight: int = 0

    @property
    def in_flight(self) -> int:
        """Returns the number of requests in progress. A request ends when the last byte of its response is sent."""
        return self._in_flight

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one HTTP request."""
        found = self.routes.find(scope["method"], scope["path"])
        request = self._request(scope, found[0].path if found else UNKNOWN_ROUTE)
        started = perf_counter()
        self._in_flight += 1
        status = BROKEN
        try:
            try:
                answer = await self._answer(found, request, receive)
            except Exception as error:  # noqa: BLE001 - the one place where the web catches everything
                answer = self._refusal(error, request)
                if answer.status == TOO_MANY_REQUESTS.status:
                    await self.parts.load.pause()
            status = answer.status
            await self._send(answer, request, send)
        finally:
            self._in_flight -= 1
            request.hold.end()
            method = scope["method"] if found else "any"
            self.parts.metrics.answered(method, request.route, status, perf_counter() - started)

    def _request(self, scope: Scope, route: str) -> _Request:
        headers = dict(scope["headers"])
        request_id = self.parts.request_ids.of(headers.get(b"x-request-id"))
        return _Request(scope, route, request_id, headers, BodyBytes(self.parts.bodies, ANONYMOUS.scope.node_id))

    async def _answer(
        self, found: tuple[Endpoint, tuple[str, ...]] | None, request: _Request, receive: Receive
    ) -> Answer:
        scope = request.scope
        check_headers(scope["headers"], request.headers, scope["http_version"])
        if found is None:
            raise self._nothing_there(scope)
        endpoint, path_values = found
        if self._in_flight - self.parts.load.paused > self.parts.in_flight_max and not endpoint.is_always_served:
            raise _too_many()
        principal = ANONYMOUS
        if endpoint.action is not None:
            principal = await self._admitted(endpoint, endpoint.action, request)
            check_accept(request.headers.get(b"accept", ANYTHING), endpoint.gives)
        if endpoint.query is None and scope["query_string"] and not endpoint.is_query_ignored:
            raise problem(INVALID_QUERY, route_facts.QueryNotTaken())
        body, late_body = b"", None
        if endpoint.has_body:
            receiving = partial(receive_body, endpoint, request.headers, receive, request.hold)
            if endpoint.is_body_late:
                late_body = receiving
            else:
                body = await receiving()
        call = Call(
            request_id=request.id,
            principal=principal,
            path_values=path_values,
            query=scope["query_string"],
            headers=request.headers,
            body=body,
            header_lines=scope["headers"],
            late_body=late_body,
        )
        return await (endpoint.handler(call) if endpoint.action is None else self._counted(endpoint, call))

    async def _admitted(self, endpoint: Endpoint, action: str, request: _Request) -> Principal:
        """Returns the principal, counts the request against its tenant's rate limit, and checks the load."""
        principal = await self.parts.authorizer.admit(action, request.headers)
        tenant_id = request.hold.tenant_id = principal.scope.node_id
        request.rate_fields = self.parts.rates.admit(tenant_id)
        if endpoint.has_body:
            self.parts.load.check(endpoint, tenant_id)
        return principal

    async def _counted(self, endpoint: Endpoint, call: Call) -> Answer:
        """Calls the handler and counts the request as in progress. Raises a 429 problem if it may not begin."""
        tenant_id = call.principal.scope.node_id
        self.parts.load.begin(endpoint, tenant_id)
        try:
            return await endpoint.handler(call)
        finally:
            self.parts.load.end(endpoint, tenant_id)

    async def _send(self, answer: Answer, request: _Request, send: Send) -> None:
        """Sends the response.

        If sending fails, the error is logged and the connection ends, so that the caller notices.
        """
        try:
            await send_answer(answer, request.id, request.rate_fields, send, part_within_s=self.parts.part_within_s)
        except Exception:
            log.exception("answer.broken_off", request_id=request.id, route=request.route)
            raise

    def _nothing_there(self, scope: Scope) -> Problem:
        methods = self.routes.methods_of(scope["path"])
        if not methods:
            return problem(ROUTE_NOT_FOUND, route_facts.RouteUnknown())
        allow = ", ".join(methods).encode()
        fact = route_facts.MethodUnknown(allowed=tuple(methods))
        return problem(METHOD_NOT_ALLOWED, fact, headers=((b"allow", allow),))

    def _refusal(self, error: Exception, request: _Request) -> Answer:
        refused = problem_of(error, self.parts.problems)
        self.parts.metrics.refused(request.route, refused.kind.code)
        if refused.kind.status == 500:
            log.error("request.failed", request_id=request.id, route=request.route, exc_info=error)
        else:
            self._log_refused(refused.kind, request)
        return Answer(
            status=refused.kind.status,
            body=document_of(refused, request.scope["path"], request.id),
            media_type=PROBLEM_JSON,
            headers=refused.headers,
        )

    def _log_refused(self, kind: ProblemKind, request: _Request) -> None:
        """Logs a refused request with its route and code.

        Values of the path, the query and the body are never logged.
        """
        log.log(
            logging.WARNING if kind.status in WARNED_OF else self.parts.refused_level,
            "request.refused",
            request_id=request.id,
            method="any" if request.route == UNKNOWN_ROUTE else request.scope["method"],
            route=request.route,
            status=kind.status,
            code=kind.code,
            tenant_id=request.hold.tenant_id,
        )


def _too_many() -> Problem:
    return problem(
        TOO_MANY_REQUESTS,
        limit_facts.RequestsInFlight(),
        headers=((b"retry-after", str(RETRY_AFTER_S).encode()),),
    )
