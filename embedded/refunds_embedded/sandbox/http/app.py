"""The HTTP routes of the sandbox gateway, as an RSGI application for granian.

The routes only translate requests and answers. All decisions are made by `Gateway`.
"""

import hmac
from collections.abc import Awaitable, Callable

from refunds_embedded.sandbox.config import SandboxConfig
from refunds_embedded.sandbox.error_codes import ERROR_CODES
from refunds_embedded.sandbox.errors import CallRefused, JournalFailed
from refunds_embedded.sandbox.gateway import Gateway
from refunds_embedded.sandbox.http.answers import error_answer, json_answer
from refunds_embedded.sandbox.http.bodies import Answer, ErrorCodeBody, ErrorCodesBody, HealthBody
from refunds_embedded.sandbox.http.reading import (
    check_id,
    check_payment_id,
    read_advance_call,
    read_dashboard_call,
    read_refund_call,
)
from refunds_embedded.sandbox.http.requests import HTTPProtocol, Scope, read_body, read_query, read_whole
from refunds_embedded.sandbox.log import log
from refunds_embedded.sandbox.metrics import Metrics

PAGE_DEFAULT = 100
PAGE_MAX = 1_000
CURSOR_MAX = 10**11
PAYMENTS = "/payments/"
REFUNDS = "/refunds"
BOOKS = "/books"
OPEN_PATHS = ("/health/live", "/health/ready", "/metrics")
TEXT_HEADERS = [("content-type", "text/plain; version=0.0.4")]

Handler = Callable[[Scope, HTTPProtocol], Awaitable[Answer]]


class SandboxApp:
    """Answers every request, and counts the answers."""

    def __init__(self, config: SandboxConfig, gateway: Gateway, metrics: Metrics) -> None:
        self._body_bytes_max = config.body_bytes_max
        self._gateway = gateway
        self._metrics = metrics
        self._authorization = f"Bearer {config.api_key}".encode() if config.api_key else None
        self._is_draining = False
        self._post_refund: dict[str, Handler] = {"POST": self._refund}
        self._get_refund: dict[str, Handler] = {"GET": self._refund_by_id}
        self._get_account: dict[str, Handler] = {"GET": self._account}
        self._exact: dict[str, dict[str, Handler]] = {
            "/health/live": {"GET": self._live},
            "/health/ready": {"GET": self._ready},
            "/metrics": {"GET": self._read_metrics},
            "/error-codes": {"GET": self._error_codes},
            "/clock": {"GET": self._clock},
            "/clock/advance": {"POST": self._advance},
            "/dashboard/refunds": {"POST": self._refund_in_dashboard},
            REFUNDS: {"GET": self._refund_by_reference},
            BOOKS: {"GET": self._accounts},
        }

    def drain(self) -> None:
        """Makes `/health/ready` answer 503 from now on. Other requests are still answered."""
        self._is_draining = True

    async def __rsgi__(self, scope: Scope, proto: HTTPProtocol) -> None:
        """Answers one request and counts the answer by its status."""
        answer = await self._answer(scope, proto)
        self._metrics.answers[answer.status] += 1
        proto.response_bytes(answer.status, answer.headers, answer.body)

    async def _answer(self, scope: Scope, proto: HTTPProtocol) -> Answer:
        try:
            path = scope.path
            self._check_key(scope, path)
            return await _pick(self._methods(path), scope.method)(scope, proto)
        except CallRefused as refused:
            return error_answer(refused)
        except JournalFailed as failed:
            return error_answer(CallRefused("books_unavailable", str(failed), status=503))
        except Exception as error:  # noqa: BLE001 - the top of the web app
            log("request.crashed", error=type(error).__name__, message=str(error))
            message = "The sandbox has a fault of its own."
            return error_answer(CallRefused("crashed", message, status=503))

    def _check_key(self, scope: Scope, path: str) -> None:
        if self._authorization is None or path in OPEN_PATHS:
            return
        given = scope.headers.get("authorization") or ""
        if not hmac.compare_digest(given.encode(), self._authorization):
            raise CallRefused(
                "unauthorized",
                "The key is missing or wrong.",
                status=401,
                field="Authorization",
                rule="Bearer and the sandbox's key",
            )

    def _methods(self, path: str) -> dict[str, Handler]:
        if path.startswith(PAYMENTS) and path.endswith(REFUNDS):
            return self._post_refund
        if path.startswith(REFUNDS + "/"):
            return self._get_refund
        if path.startswith(BOOKS + "/"):
            return self._get_account
        return self._exact.get(path, {})

    async def _refund(self, scope: Scope, proto: HTTPProtocol) -> Answer:
        body = await read_body(scope, proto, self._body_bytes_max)
        gateway_payment_id = scope.path[len(PAYMENTS) : -len(REFUNDS)]
        order = read_refund_call(gateway_payment_id, scope.headers.get("idempotency-key"), body)
        return await self._gateway.refund(order, proto.client_disconnect)

    async def _refund_in_dashboard(self, scope: Scope, proto: HTTPProtocol) -> Answer:
        body = await read_body(scope, proto, self._body_bytes_max)
        return await self._gateway.refund_in_dashboard(read_dashboard_call(body))

    async def _refund_by_reference(self, scope: Scope, _proto: HTTPProtocol) -> Answer:
        reference = read_query(scope, ("reference",)).get("reference", "")
        check_id("reference", reference)
        return await self._gateway.refund_by_reference(reference)

    async def _refund_by_id(self, scope: Scope, _proto: HTTPProtocol) -> Answer:
        gateway_refund_id = scope.path[len(REFUNDS) + 1 :]
        check_id("gateway_refund_id", gateway_refund_id)
        return await self._gateway.refund_by_id(gateway_refund_id)

    async def _account(self, scope: Scope, _proto: HTTPProtocol) -> Answer:
        gateway_payment_id = scope.path[len(BOOKS) + 1 :]
        check_payment_id(gateway_payment_id)
        return await self._gateway.account(gateway_payment_id)

    async def _accounts(self, scope: Scope, _proto: HTTPProtocol) -> Answer:
        query = read_query(scope, ("limit", "cursor"))
        limit = read_whole("limit", query.get("limit", str(PAGE_DEFAULT)), 1, PAGE_MAX)
        start = read_whole("cursor", query.get("cursor", "0"), 0, CURSOR_MAX)
        return await self._gateway.accounts(start, limit)

    async def _clock(self, _scope: Scope, _proto: HTTPProtocol) -> Answer:
        return self._gateway.clock()

    async def _advance(self, scope: Scope, proto: HTTPProtocol) -> Answer:
        body = await read_body(scope, proto, self._body_bytes_max)
        return await self._gateway.advance(read_advance_call(body))

    async def _error_codes(self, _scope: Scope, _proto: HTTPProtocol) -> Answer:
        data = [
            ErrorCodeBody(
                raw_code=code.raw_code,
                normalised=code.normalised,
                http_status=code.http_status,
                message=code.message,
            )
            for code in ERROR_CODES
        ]
        return json_answer(200, ErrorCodesBody(data=data))

    async def _live(self, _scope: Scope, _proto: HTTPProtocol) -> Answer:
        return json_answer(200, HealthBody(status="live"))

    async def _ready(self, _scope: Scope, _proto: HTTPProtocol) -> Answer:
        if self._is_draining:
            return json_answer(503, HealthBody(status="draining"))
        return json_answer(200, HealthBody(status="ready"))

    async def _read_metrics(self, _scope: Scope, _proto: HTTPProtocol) -> Answer:
        return Answer(200, TEXT_HEADERS, self._metrics.text(self._gateway.gauges()).encode())


def _pick(methods: dict[str, Handler], method: str) -> Handler:
    handler = methods.get(method)
    if handler is not None:
        return handler
    if not methods:
        raise CallRefused("route_not_found", "There is nothing at this path.", status=404)
    rule = " or ".join(sorted(methods))
    message = f"Use {rule} here."
    raise CallRefused("method_not_allowed", message, status=405, field="method", rule=rule)
