"""Serves Litestar handlers (gateways' webhooks) with the same problem documents as all other routes."""

from collections.abc import Sequence
from typing import Any

import structlog
from litestar import Litestar, Request, Response
from litestar.exceptions import HTTPException
from litestar.types import ControllerRouterHandler

from refunds.runtime.http.problems import (
    BODY_TOO_LARGE,
    INTERNAL,
    METHOD_NOT_ALLOWED,
    PROBLEM_JSON,
    ROUTE_NOT_FOUND,
    VALIDATION_FAILED,
    Problem,
    ProblemTable,
    document_of,
    problem_of,
)
from refunds.runtime.http.request_ids import RequestIds

_KINDS = {404: ROUTE_NOT_FOUND, 405: METHOD_NOT_ALLOWED, 400: VALIDATION_FAILED, 413: BODY_TOO_LARGE}

log = structlog.stdlib.get_logger()


def litestar_of(
    handlers: Sequence[ControllerRouterHandler], problems: ProblemTable, request_ids: RequestIds
) -> Litestar:
    """The application of these handlers."""

    def refuse(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
        request_id = request_ids.of(request.headers.get("x-request-id", "").encode())
        problem = _problem_of(error, problems)
        if problem.kind is INTERNAL:
            log.error("request.failed", request_id=request_id, route=request.url.path, exc_info=error)
        else:
            log.warning("request.refused", request_id=request_id, route=request.url.path, code=problem.kind.code)
        headers = {name.decode(): value.decode() for name, value in problem.headers}
        return Response(
            document_of(problem, request.url.path, request_id),
            status_code=problem.kind.status,
            media_type=PROBLEM_JSON.decode(),
            headers=headers | {"x-request-id": request_id},
        )

    return Litestar(list(handlers), openapi_config=None, logging_config=None, exception_handlers={Exception: refuse})


def _problem_of(error: Exception, problems: ProblemTable) -> Problem:
    if isinstance(error, HTTPException) and error.status_code in _KINDS:
        return Problem(kind=_KINDS[error.status_code], detail=error.detail)
    return problem_of(error, problems)
