"""The web application: routes given as `Endpoint`s, answered without a framework in between; the rest is Litestar's.

A service describes each route once, as an `Endpoint`; routing, authorization, OpenAPI, metrics and tests read the same
table. A Litestar handler costs about 60 µs of CPU a request more than this front (measured, see docs/decisions), so it
only serves handlers that are handed in as such. Every way to fail ends as a problem document with the request's id.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

import structlog
from litestar import Litestar
from litestar.enums import ScopeType
from litestar.types import ControllerRouterHandler, HTTPScope, Receive, Scope, Send

from refunds.runtime.auth import Gate
from refunds.runtime.calls import BODY_WITHIN_S, NOBODY, Answer, Call, Endpoint
from refunds.runtime.headers import headers_of
from refunds.runtime.metrics import WebMetrics
from refunds.runtime.others import litestar_of
from refunds.runtime.problems import (
    INVALID_QUERY,
    METHOD_NOT_ALLOWED,
    PROBLEM_JSON,
    ROUTE_NOT_FOUND,
    TOO_MANY_REQUESTS,
    Problem,
    ProblemTable,
    document_of,
    problem_of,
)
from refunds.runtime.receiving import receive_body, timely
from refunds.runtime.request_ids import RequestIds
from refunds.runtime.routing import RouteTable

IN_FLIGHT_MAX = 4096
RETRY_AFTER_S = 1
UNKNOWN_ROUTE = "unknown"

NOSNIFF = (b"x-content-type-options", b"nosniff")
NO_STORE = (b"cache-control", b"no-store")

log = structlog.stdlib.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class WebParts:
    """What the web itself needs."""

    gate: Gate
    problems: ProblemTable
    metrics: WebMetrics
    request_ids: RequestIds
    in_flight_max: int = IN_FLIGHT_MAX


def build_app(endpoints: Sequence[Endpoint], parts: WebParts, others: Sequence[ControllerRouterHandler] = ()) -> "Web":
    """The application of all given routes; `others` are Litestar handlers or routers."""
    routes = RouteTable[Endpoint]()
    for endpoint in endpoints:
        routes.add(endpoint.method, endpoint.path, endpoint)
    return Web(parts=parts, routes=routes, others=litestar_of(others, parts.problems, parts.request_ids))


@dataclass(slots=True, kw_only=True)
class Web:
    """The ASGI application."""

    parts: WebParts
    routes: RouteTable[Endpoint]
    others: Litestar
    _in_flight: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != ScopeType.HTTP:
            await self.others(scope, receive, send)
            return
        found = self.routes.find(scope["method"], scope["path"])
        if found is None and self.others.routes and not self.routes.methods_of(scope["path"]):
            await self._pass_on(scope, receive, send)
            return
        given = list(scope["headers"])
        request_id = self.parts.request_ids.of(dict(given).get(b"x-request-id"))
        route = found[0].path if found else UNKNOWN_ROUTE
        started = perf_counter()
        self._in_flight += 1
        try:
            answer = await self._answer(found, headers_of(given, scope["http_version"]), request_id, scope, receive)
        except Exception as error:  # noqa: BLE001 - the one place where the web catches everything
            answer = self._refusal(error, route, scope, request_id)
        finally:
            self._in_flight -= 1
        method = scope["method"] if found else "any"
        self.parts.metrics.answered(method, route, answer.status, perf_counter() - started)
        await _send(answer, request_id, send)

    async def _pass_on(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Lets Litestar answer a request whose headers are those of one request."""
        given = list(scope["headers"])
        try:
            headers_of(given, scope["http_version"])
        except Problem as problem:
            request_id = self.parts.request_ids.of(dict(given).get(b"x-request-id"))
            await _send(self._refusal(problem, UNKNOWN_ROUTE, scope, request_id), request_id, send)
            return
        await self.others(scope, timely(receive, BODY_WITHIN_S), send)

    async def _answer(
        self,
        found: tuple[Endpoint, tuple[str, ...]] | None,
        headers: Mapping[bytes, bytes],
        request_id: str,
        scope: HTTPScope,
        receive: Receive,
    ) -> Answer:
        if found is None:
            raise self._nothing_there(scope)
        endpoint, path_values = found
        if self._in_flight > self.parts.in_flight_max and not endpoint.is_always_served:
            raise _too_many()
        principal = NOBODY if endpoint.action is None else await self.parts.gate.admit(endpoint.action, headers)
        if endpoint.query is None and scope["query_string"]:
            raise Problem(kind=INVALID_QUERY, detail="This route takes no query parameters.")
        body = await receive_body(endpoint, headers, receive) if endpoint.has_body else b""
        return await endpoint.handler(
            Call(
                request_id=request_id,
                principal=principal,
                path_values=path_values,
                query=scope["query_string"],
                headers=headers,
                body=body,
            )
        )

    def _nothing_there(self, scope: HTTPScope) -> Problem:
        methods = self.routes.methods_of(scope["path"])
        if not methods:
            return Problem(kind=ROUTE_NOT_FOUND, detail="No route of this service has this path.")
        allow = ", ".join(methods)
        return Problem(kind=METHOD_NOT_ALLOWED, detail=f"Use one of: {allow}.", headers=((b"allow", allow.encode()),))

    def _refusal(self, error: Exception, route: str, scope: HTTPScope, request_id: str) -> Answer:
        problem = problem_of(error, self.parts.problems)
        self.parts.metrics.refused(route, problem.kind.code)
        if problem.kind.status == 500:
            log.error("request.failed", request_id=request_id, route=route, exc_info=error)
        elif problem.kind.status in (401, 403, 503):
            log.warning("request.refused", request_id=request_id, route=route, code=problem.kind.code)
        return Answer(
            status=problem.kind.status,
            body=document_of(problem, scope["path"], request_id),
            media_type=PROBLEM_JSON,
            headers=problem.headers,
        )


def _too_many() -> Problem:
    return Problem(
        kind=TOO_MANY_REQUESTS,
        detail="Too many requests are being answered; try again shortly.",
        headers=((b"retry-after", str(RETRY_AFTER_S).encode()),),
    )


async def _send(answer: Answer, request_id: str, send: Send) -> None:
    headers = [
        (b"content-type", answer.media_type),
        (b"x-request-id", request_id.encode()),
        NOSNIFF,
        *answer.headers,
    ]
    if answer.is_private:
        headers.append(NO_STORE)
    if answer.stream is None:
        headers.append((b"content-length", str(len(answer.body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    if answer.stream is not None:
        async for part in answer.stream:
            await send({"type": "http.response.body", "body": part, "more_body": True})
    await send({"type": "http.response.body", "body": answer.body, "more_body": False})
