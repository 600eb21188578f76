"""A payment gateway spoken to over HTTP: the sandbox's wire format, and the shape of those that follow.

Called by gateway-integration only. Never raises for what a network or a gateway does: what is not known is LOST.
Connections are kept; the idempotency key of every try is the attempt's id; retries are the domain's, not this file's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

import aiohttp
import msgspec
from standardwebhooks import Webhook, WebhookVerificationError

from refunds.adapters.gateways import error_codes, exponents, wire
from refunds.adapters.gateways.circuit_breaker import CircuitBreaker
from refunds.domain.errors import InvalidInput
from refunds.domain.settling import GatewayResult, ResultKind
from refunds.ports.gateway import GatewayNotice, Submission

LOST = GatewayResult(kind=ResultKind.LOST, code="gateway_unavailable", raw_code="no_answer")
NOT_SENT = GatewayResult(kind=ResultKind.UNAVAILABLE, code="gateway_unavailable", raw_code="not_connected")
CIRCUIT_OPEN = GatewayResult(kind=ResultKind.UNAVAILABLE, code="gateway_unavailable", raw_code="circuit_open")
RAW_CODE_CHARS_MAX = 64

_KINDS = {"succeeded": ResultKind.SUCCEEDED, "pending": ResultKind.PENDING, "failed": ResultKind.FAILED}


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpGatewaySettings:
    """`timeout_s` bounds a whole call; `connections_max` bounds open connections."""

    name: str
    url: str
    webhook_secret: str
    api_key: str = ""
    timeout_s: float = 10.0
    connect_timeout_s: float = 2.0
    connections_max: int = 128


class HttpGateway:
    """See `ports.gateway`. `close` lets go of the connections."""

    def __init__(self, settings: HttpGatewaySettings, breaker: CircuitBreaker) -> None:
        self._settings = settings
        self._breaker = breaker
        self._webhook = Webhook(settings.webhook_secret)
        self._session: aiohttp.ClientSession | None = None

    @property
    def name(self) -> str:
        """See the port."""
        return self._settings.name

    def _connected(self) -> aiohttp.ClientSession:
        if self._session is None:
            settings = self._settings
            headers = {"Content-Type": "application/json"}
            if settings.api_key:
                headers["Authorization"] = f"Bearer {settings.api_key}"
            self._session = aiohttp.ClientSession(
                base_url=settings.url,
                headers=headers,
                connector=aiohttp.TCPConnector(limit=settings.connections_max, keepalive_timeout=30),
                timeout=aiohttp.ClientTimeout(total=settings.timeout_s, sock_connect=settings.connect_timeout_s),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    async def submit(self, submission: Submission) -> GatewayResult:
        """See the port."""
        if not self._breaker.may_call("submit"):
            return CIRCUIT_OPEN
        try:
            amount = exponents.to_gateway(submission.amount, submission.currency, exponents.SANDBOX)
            captured = exponents.to_gateway(submission.captured_amount, submission.currency, exponents.SANDBOX)
        except ValueError:
            return GatewayResult(kind=ResultKind.REFUSED, code="currency_not_supported", raw_code="exponent")
        body = wire.encode(
            {
                "reference": submission.attempt_id,
                "amount": amount,
                "currency": submission.currency,
                "captured_amount": captured,
                "token": submission.token,
                "metadata": submission.metadata,
            }
        )
        path = f"/payments/{quote(submission.gateway_payment_id, safe='')}/refunds"
        result = await self._post(path, body, submission.attempt_id)
        self._breaker.record("submit", is_good=result.kind not in (ResultKind.LOST, ResultKind.UNAVAILABLE))
        return result

    async def _post(self, path: str, body: bytes, attempt_id: str) -> GatewayResult:
        try:
            async with self._connected().post(path, data=body, headers={"Idempotency-Key": attempt_id}) as answer:
                return _submitted(answer.status, await answer.read(), answer.headers.get("Retry-After", ""))
        except aiohttp.ClientConnectorError:
            return NOT_SENT
        except (aiohttp.ClientError, TimeoutError, OSError):
            return LOST

    async def ask(self, attempt_id: str) -> GatewayResult:
        """See the port."""
        if not self._breaker.may_call("ask"):
            return LOST
        try:
            async with self._connected().get("/refunds", params={"reference": attempt_id}) as answer:
                result = _asked(answer.status, await answer.read())
        except (aiohttp.ClientError, TimeoutError, OSError):
            result = LOST
        self._breaker.record("ask", is_good=result.kind is not ResultKind.LOST)
        return result

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> GatewayNotice:
        """See the port. The signature's own time bound (5 minutes) is the library's."""
        try:
            self._webhook.verify(body, dict(headers))
        except (WebhookVerificationError, ValueError):
            raise InvalidInput(pointer="", rule="the webhook's signature is missing, stale or wrong") from None
        try:
            notice = wire.read_notice(body)
            told = notice.data
            result = _told(told)
            amount = exponents.from_gateway(told.amount or 0, told.currency, exponents.SANDBOX)
        except (msgspec.DecodeError, KeyError, ValueError):
            raise InvalidInput(pointer="", rule="the webhook makes no sense") from None
        return GatewayNotice(
            event_id=notice.id,
            attempt_id=told.reference or "",
            gateway_payment_id=told.gateway_payment_id,
            amount=amount,
            currency=told.currency,
            result=result,
        )

    async def close(self) -> None:
        """Lets go of the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def _told(refund: wire.RefundAnswer) -> GatewayResult:
    raw = (refund.raw_code or "")[:RAW_CODE_CHARS_MAX]
    return GatewayResult(
        kind=_KINDS[refund.status],
        gateway_refund_id=refund.gateway_refund_id,
        arn=refund.arn or "",
        code=error_codes.normalised(error_codes.SANDBOX, raw),
        raw_code=raw,
        amount=refund.amount,
    )


def _submitted(status: int, body: bytes, retry_after: str) -> GatewayResult:
    """The answer to a submission. Only a refusal that the gateway itself spoke is one; the rest is not known."""
    try:
        if status in (200, 201):
            return _told(wire.read_refund(body))
        if status == 202:
            return GatewayResult(kind=ResultKind.PENDING)
        error = wire.read_error(body)
    except (msgspec.DecodeError, KeyError):
        return LOST
    raw = error.error.code[:RAW_CODE_CHARS_MAX]
    code = error_codes.normalised(error_codes.SANDBOX, raw)
    if status == 429 or code in ("rate_limited", "gateway_unavailable"):
        wait = int(retry_after) if retry_after.isdigit() else None
        known = code if code in ("rate_limited", "gateway_unavailable") else "rate_limited"
        return GatewayResult(kind=ResultKind.UNAVAILABLE, code=known, raw_code=raw, retry_after_s=wait)
    if status >= 500 or status in (401, 403, 404, 408, 409):
        return GatewayResult(kind=ResultKind.LOST, code=code, raw_code=raw or str(status))
    return GatewayResult(kind=ResultKind.REFUSED, code=code, raw_code=raw, gateway_refund_id=error.gateway_refund_id)


def _asked(status: int, body: bytes) -> GatewayResult:
    try:
        if status == 200:
            return _told(wire.read_refund(body))
        if status == 404 and wire.read_error(body).error.code == "refund_not_found":
            return GatewayResult(kind=ResultKind.NOT_FOUND)
    except (msgspec.DecodeError, KeyError):
        return LOST
    return LOST
