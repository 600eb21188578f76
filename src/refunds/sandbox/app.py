"""The HTTP routes of the sandbox gateway.

As an RSGI application for granian; made by main. Only translates: the gateway decides.
"""

import hmac
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Protocol
from urllib.parse import parse_qs

import msgspec

from refunds.sandbox.config import SandboxConfig
from refunds.sandbox.error_codes import ERROR_CODES
from refunds.sandbox.errors import CallRefused, JournalFailed
from refunds.sandbox.gateway import Gateway
from refunds.sandbox.log import log
from refunds.sandbox.metrics import Metrics
from refunds.sandbox.wire import (
    Answer,
    check_id,
    error_answer,
    json_answer,
    read_advance_call,
    read_dashboard_call,
    read_refund_call,
)

PAGE_DEFAULT = 100
PAGE_MAX = 1_000
CURSOR_DIGITS_MAX = 12
PAYMENTS = "/payments/"
REFUNDS = "/refunds"
BOOKS = "/books"
OPEN_PATHS = ("/health/live", "/health/ready", "/metrics")
TEXT_HEADERS = [("content-type", "text/plain; version=0.0.4")]


class ErrorCodeBody(msgspec.Struct, frozen=True, kw_only=True):
    """One line of GET /error-codes."""

    raw_code: str
    normalised: str
    http_status: int
    message: str


class ErrorCodesBody(msgspec.Struct, frozen=True, kw_only=True):
    """GET /error-codes."""

    data: list[ErrorCodeBody]


class HealthBody(msgspec.Struct, frozen=True, kw_only=True):
    """GET /health/…"""

    status: str


class Headers(Protocol):
    """A request's headers, by lower-case name."""

    def get(self, key: str, /) -> str | None: ...


class Scope(Protocol):
    """A request's head, as RSGI hands it over; the path is decoded."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def query_string(self) -> str: ...
    @property
    def headers(self) -> Headers: ...


class HTTPProtocol(Protocol):
    """A request's body and its answer, as RSGI hands them over."""

    def __call__(self) -> Awaitable[bytes]: ...
    def __aiter__(self) -> AsyncIterator[bytes]: ...
    def client_disconnect(self) -> Awaitable[None]: ...
    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None: ...


Handler = Callable[[Scope, HTTPProtocol], Awaitable[Answer]]


class SandboxApp:
    """Answers every request, and counts the answers."""

    def __init__(self, config: SandboxConfig, gateway: Gateway, metrics: Metrics) -> None:
        self._config = config
        self._gateway = gateway
        self._metrics = metrics
        self._authorization = f"Bearer {config.api_key}".encode() if config.api_key else None
        self._is_draining = False
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
        """From now on not ready; open calls still end."""
        self._is_draining = True

    async def __rsgi__(self, scope: Scope, proto: HTTPProtocol) -> None:
        """Answer one request."""
        answer = await self._answer(scope, proto)
        self._metrics.answers[answer.status] += 1
        proto.response_bytes(answer.status, answer.headers, answer.body)

    async def _answer(self, scope: Scope, proto: HTTPProtocol) -> Answer:
        try:
            self._check_key(scope)
            return await self._handler(scope)(scope, proto)
        except CallRefused as refused:
            return error_answer(refused)
        except JournalFailed as failed:
            return error_answer(CallRefused("books_unavailable", str(failed), status=503))
        except Exception as error:
            log("request.crashed", path=scope.path, error=type(error).__name__, message=str(error))
            return error_answer(CallRefused("crashed", "The sandbox has a fault of its own.", status=503))

    def _check_key(self, scope: Scope) -> None:
        if self._authorization is None or scope.path in OPEN_PATHS:
            return
        given = scope.headers.get("authorization") or ""
        if not hmac.compare_digest(given.encode(), self._authorization):
            rule = "Bearer and the sandbox's key"
            raise CallRefused(
                "unauthorized", "The key is missing or wrong.", status=401, field="Authorization", rule=rule
            )

    def _handler(self, scope: Scope) -> Handler:
        path = scope.path
        if path.startswith(PAYMENTS) and path.endswith(REFUNDS):
            methods: dict[str, Handler] = {"POST": self._refund}
        elif path.startswith(REFUNDS + "/"):
            methods = {"GET": self._refund_by_id}
        elif path.startswith(BOOKS + "/"):
            methods = {"GET": self._account}
        else:
            methods = self._exact.get(path, {})
        return _pick(methods, scope.method)

    async def _refund(self, scope: Scope, proto: HTTPProtocol) -> Answer:
        body = await self._body(scope, proto)
        gateway_payment_id = scope.path[len(PAYMENTS) : -len(REFUNDS)]
        order = read_refund_call(gateway_payment_id, scope.headers.get("idempotency-key"), body)
        return await self._gateway.refund(order, proto.client_disconnect)

    async def _refund_in_dashboard(self, scope: Scope, proto: HTTPProtocol) -> Answer:
        return await self._gateway.refund_in_dashboard(read_dashboard_call(await self._body(scope, proto)))

    async def _refund_by_reference(self, scope: Scope, _proto: HTTPProtocol) -> Answer:
        reference = _query(scope, ("reference",)).get("reference", "")
        check_id("reference", reference)
        return await self._gateway.refund_status(self._gateway.refund_by_reference(reference))

    async def _refund_by_id(self, scope: Scope, _proto: HTTPProtocol) -> Answer:
        gateway_refund_id = scope.path[len(REFUNDS) + 1 :]
        check_id("gateway_refund_id", gateway_refund_id)
        return await self._gateway.refund_status(self._gateway.refund_by_id(gateway_refund_id))

    async def _account(self, scope: Scope, _proto: HTTPProtocol) -> Answer:
        gateway_payment_id = scope.path[len(BOOKS) + 1 :]
        check_id("gateway_payment_id", gateway_payment_id)
        return await self._gateway.account(gateway_payment_id)

    async def _accounts(self, scope: Scope, _proto: HTTPProtocol) -> Answer:
        query = _query(scope, ("limit", "cursor"))
        limit = _whole("limit", query.get("limit", str(PAGE_DEFAULT)), 1, PAGE_MAX)
        start = _whole("cursor", query.get("cursor", "0"), 0, 10**CURSOR_DIGITS_MAX)
        return await self._gateway.accounts(start, limit)

    async def _clock(self, _scope: Scope, _proto: HTTPProtocol) -> Answer:
        return self._gateway.clock()

    async def _advance(self, scope: Scope, proto: HTTPProtocol) -> Answer:
        return await self._gateway.advance(read_advance_call(await self._body(scope, proto)))

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

    async def _body(self, scope: Scope, proto: HTTPProtocol) -> bytes:
        """The request's body, refused before it is read when it says that it is too long."""
        length = scope.headers.get("content-length")
        if length is None:
            return await self._unsized_body(proto)
        if len(length) > CURSOR_DIGITS_MAX or not length.isdigit() or int(length) > self._config.body_bytes_max:
            raise self._too_long()
        return await proto()

    async def _unsized_body(self, proto: HTTPProtocol) -> bytes:
        body = bytearray()
        async for chunk in proto:
            body += chunk
            if len(body) > self._config.body_bytes_max:
                raise self._too_long()
        return bytes(body)

    def _too_long(self) -> CallRefused:
        rule = f"at most {self._config.body_bytes_max} bytes"
        return CallRefused("body_too_long", f"The body must be {rule}.", status=413, field="body", rule=rule)


def _pick(methods: dict[str, Handler], method: str) -> Handler:
    handler = methods.get(method)
    if handler is not None:
        return handler
    if not methods:
        raise CallRefused("route_not_found", "There is nothing at this path.", status=404)
    rule = " or ".join(sorted(methods))
    raise CallRefused("method_not_allowed", f"Use {rule} here.", status=405, field="method", rule=rule)


def _query(scope: Scope, names: tuple[str, ...]) -> dict[str, str]:
    """The query's fields; raises CallRefused for one that is unknown or given twice."""
    try:
        fields = parse_qs(scope.query_string, keep_blank_values=True, max_num_fields=len(names))
    except ValueError as error:
        raise _unknown_query(names) from error
    if any(name not in names or len(values) > 1 for name, values in fields.items()):
        raise _unknown_query(names)
    return {name: values[0] for name, values in fields.items()}


def _unknown_query(names: tuple[str, ...]) -> CallRefused:
    rule = f"only {', '.join(names)}, each once"
    return CallRefused("invalid_request", f"The query takes {rule}.", field="query", rule=rule)


def _whole(field: str, value: str, low: int, high: int) -> int:
    is_whole = value.isascii() and value.isdigit() and len(value) <= CURSOR_DIGITS_MAX
    if not is_whole or not low <= int(value) <= high:
        rule = f"a whole number from {low} to {high}"
        raise CallRefused("invalid_request", f"{field} must be {rule}.", field=field, rule=rule)
    return int(value)
