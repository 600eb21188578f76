"""Calls a payment gateway over HTTP, in the sandbox gateway's format. Only the service gateway-integration uses it.

Failures of the network or the gateway raise no errors. If a submission got no connection, nothing was sent, and the
result is UNAVAILABLE. A call without a usable answer has the result UNKNOWN.

Connections are kept open. Every submission of an attempt carries the attempt's id as its idempotency key. The domain
decides when a submission is repeated.
"""

from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import aiohttp
import structlog

from refunds.adapters.gateways import answers, exponents, notices, wire
from refunds.adapters.gateways.answers import HttpAnswer, ResponseProfile
from refunds.adapters.gateways.exponents import AmountNotRepresentable
from refunds.adapters.gateways.signatures import Signatures
from refunds.domain.attempt.result_recording import GatewayResult, ResultKind
from refunds.domain.invalid_input import SignatureInvalid
from refunds.ports.clock import Clock
from refunds.ports.gateway.gateway import GatewayNotice, OtherNotice, Submission

log = structlog.get_logger()

NO_ANSWER = answers.unknown_outcome("no_answer", "gateway_unavailable")
NOT_BUILT = GatewayResult(kind=ResultKind.UNAVAILABLE, code="gateway_unavailable", raw_code="not_built", is_sent=False)
"""The result if a defect of this service prevented a submission. Nothing was sent, so the refund is submitted again."""
AMOUNT_NOT_REPRESENTABLE = GatewayResult(
    kind=ResultKind.REFUSED, code="currency_not_supported", raw_code=answers.EXPONENT
)
NO_PAYMENT = GatewayResult(kind=ResultKind.REFUSED, code="payment_not_found", raw_code=answers.PAYMENT_ID)
ANSWER_BYTES_MAX = 64 * 1024
CONNECT_SHARE = 0.5
"""Share of a call's time limit for making the connection. If no connection is made in time, nothing was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpGatewaySettings:
    """The settings of one gateway. `timeout_s` is the time limit of a whole call.

    `connections_max` is the maximum number of open connections. `webhook_secret` contains one secret, or several valid
    secrets separated by spaces. HttpGateway raises ValueError if `webhook_secret` is malformed.
    """

    name: str
    url: str
    webhook_secret: str = field(repr=False)
    api_key: str = field(default="", repr=False)
    timeout_s: float = 10.0
    connect_timeout_s: float = 2.0
    connections_max: int = 256
    response_profile: ResponseProfile = answers.SANDBOX


class HttpGateway:
    """See `ports.gateway.gateway`. `close` closes the connections."""

    def __init__(self, settings: HttpGatewaySettings, clock: Clock) -> None:
        self._settings = settings
        self._profile = settings.response_profile
        self._signatures = Signatures(settings.webhook_secret, clock)
        self._session: aiohttp.ClientSession | None = None
        self._calls_at_once = 0

    @property
    def name(self) -> str:
        """See the port."""
        return self._settings.name

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            settings = self._settings
            headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
            if settings.api_key:
                headers["Authorization"] = f"Bearer {settings.api_key}"
            connect_s = settings.timeout_s * CONNECT_SHARE
            self._session = aiohttp.ClientSession(
                base_url=settings.url,
                headers=headers,
                connector=aiohttp.TCPConnector(limit=settings.connections_max, keepalive_timeout=30),
                timeout=aiohttp.ClientTimeout(
                    total=settings.timeout_s,
                    connect=connect_s,
                    sock_connect=min(settings.connect_timeout_s, connect_s),
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
            )
        return self._session

    async def submit(self, submission: Submission) -> GatewayResult:
        """See `ports.gateway.gateway`. Returns a refusal without a call if the payment id or amount cannot be sent."""
        payment_id = submission.gateway_payment_id
        if not payment_id.strip("."):  # "." and ".." would change the path of the URL
            return NO_PAYMENT
        try:
            body = self._order(submission)
        except AmountNotRepresentable:
            return AMOUNT_NOT_REPRESENTABLE
        except Exception:  # a defect of ours is no result of the gateway
            log.exception("gateway.order_not_built", gateway=self.name, attempt_id=submission.attempt_id)
            return NOT_BUILT
        path = f"/payments/{quote(payment_id, safe='')}/refunds"
        return await self._result_of(ResultKind.UNAVAILABLE, self._post(path, body, submission.attempt_id))

    async def _result_of(self, unreached: ResultKind, call: Coroutine[Any, Any, GatewayResult]) -> GatewayResult:
        """Returns the result of the call. If no connection was made, the result has the kind `unreached`.

        If the call only waited for a free connection of this process, the gateway does not count as unreachable.
        """
        is_queued = self._calls_at_once >= self._settings.connections_max
        self._calls_at_once += 1
        try:
            return await call
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            is_away = isinstance(error, aiohttp.ClientConnectorError) or not is_queued
            raw_code = answers.NOT_CONNECTED if is_away else "no_free_connection"
            return GatewayResult(kind=unreached, code="gateway_unavailable", raw_code=raw_code)
        except (aiohttp.ClientError, TimeoutError, OSError):
            return NO_ANSWER
        finally:
            self._calls_at_once -= 1

    def _order(self, submission: Submission) -> bytes:
        """Returns the body of a submission's request. Raises AmountNotRepresentable."""
        currency, table = submission.currency, self._profile.exponents
        return wire.encode(
            {
                "reference": submission.attempt_id,
                "amount": exponents.to_gateway(submission.amount, currency, table),
                "currency": currency,
                "captured_amount": exponents.to_gateway(submission.captured_amount, currency, table),
                "token": submission.token,
                "metadata": submission.metadata,
            }
        )

    async def _post(self, path: str, body: bytes, attempt_id: str) -> GatewayResult:
        headers = {"Idempotency-Key": attempt_id}
        async with self._open_session().post(path, data=body, headers=headers, allow_redirects=False) as answer:
            return answers.from_submission(await _read(answer), attempt_id, self._profile)

    async def query_status(self, attempt_id: str, merchant_id: str, gateway_refund_id: str = "") -> GatewayResult:
        """See the port."""
        del merchant_id  # for those who count calls; not sent
        return await self._result_of(ResultKind.UNKNOWN, self._get(attempt_id, gateway_refund_id))

    async def _get(self, attempt_id: str, gateway_refund_id: str) -> GatewayResult:
        path = f"/refunds/{quote(gateway_refund_id, safe='')}" if gateway_refund_id.strip(".") else "/refunds"
        wanted = {} if gateway_refund_id else {"reference": attempt_id}
        async with self._open_session().get(path, params=wanted, allow_redirects=False) as answer:
            return answers.from_status_query(await _read(answer), attempt_id, self._profile)

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> GatewayNotice | OtherNotice:
        """See the port."""
        if not self._signatures.is_genuine(headers, body):
            raise SignatureInvalid
        return self.reread_notice(body)

    def reread_notice(self, body: bytes) -> GatewayNotice | OtherNotice:
        """See the port."""
        return notices.read(body, self._profile)

    async def close(self) -> None:
        """Closes the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None


async def _read(answer: aiohttp.ClientResponse) -> HttpAnswer:
    """Reads the whole response. Raises ClientPayloadError if the body has more than ANSWER_BYTES_MAX bytes."""
    if 0 <= (answer.content_length or -1) <= ANSWER_BYTES_MAX:
        body = await answer.read()
    else:
        body = await _bounded(answer.content)
    return HttpAnswer(status=answer.status, body=body, retry_after=answer.headers.get("Retry-After", ""))


async def _bounded(content: aiohttp.StreamReader) -> bytes:
    body = bytearray()
    async for part in content.iter_any():
        body += part
        if len(body) > ANSWER_BYTES_MAX:
            raise aiohttp.ClientPayloadError("too long")
    return bytes(body)
