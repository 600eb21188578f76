"""Connects one process to the simulated gateway, instead of the HTTP gateway.

This adapter passes the same contract tests as the HTTP gateway. The simulated gateway answers with the bytes that a
real gateway would send. The code of the HTTP gateway reads these bytes.
"""

import base64
import hmac
from collections.abc import Callable, Mapping

from refunds.adapters.gateways import answers, notices
from refunds.adapters.gateways.answers import SANDBOX, HttpAnswer
from refunds.adapters.gateways.gateway import NO_ANSWER
from refunds.adapters.gateways.signatures import Signatures
from refunds.adapters.memory.gateway.gateway_server import SimulatedGateway
from refunds.adapters.memory.gateway.gateway_wire import GatewayWebhook
from refunds.adapters.memory.line import DIRECT, Line, LineLost, NotSent
from refunds.domain.attempt.gateway_result import GatewayResult, ResultKind
from refunds.domain.invalid_input import SignatureInvalid
from refunds.kit.webhook_keys import keys_of
from refunds.ports.clock import Clock
from refunds.ports.gateway.gateway import GatewayNotice, OtherNotice, Submission

KNOWN_SECRET = "whsec_c2ltdWxhdGVkIGdhdGV3YXkga2V5"  # noqa: S105 - keeps nobody out
UNREACHABLE = GatewayResult(kind=ResultKind.UNAVAILABLE, code="gateway_unavailable", raw_code=answers.NOT_CONNECTED)


class MemoryGateway:
    """See `ports.gateway.gateway`.

    If the connection loses an answer, the result is UNKNOWN. If a submission was not sent, its result is UNAVAILABLE.
    """

    def __init__(
        self, server: SimulatedGateway, line: Line = DIRECT, *, clock: Clock, secret: str = KNOWN_SECRET
    ) -> None:
        self._server = server
        self._line = line
        self._signatures = Signatures(secret, clock)

    @property
    def name(self) -> str:
        """See the port."""
        return self._server.name

    async def submit(self, submission: Submission) -> GatewayResult:
        """See the port."""
        answer = await self._call("gateway.submit", lambda: self._server.submit(submission), submission.attempt_id)
        if isinstance(answer, GatewayResult):
            return answer
        return answers.from_submission(answer, submission.attempt_id, SANDBOX)

    async def query_status(self, attempt_id: str, merchant_id: str, gateway_refund_id: str = "") -> GatewayResult:
        """See the port."""
        del merchant_id
        answer = await self._call(
            "gateway.ask", lambda: self._server.query_status(attempt_id, gateway_refund_id), attempt_id
        )
        if isinstance(answer, GatewayResult):
            return NO_ANSWER
        return answers.from_status_query(answer, attempt_id, SANDBOX)

    async def _call(self, operation: str, effect: Callable[[], HttpAnswer], subject: str) -> HttpAnswer | GatewayResult:
        try:
            return await self._line.call(operation, effect, subject)
        except NotSent:
            return UNREACHABLE
        except LineLost:
            return NO_ANSWER

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> GatewayNotice | OtherNotice:
        """See the port."""
        if not self._signatures.is_genuine(headers, body):
            raise SignatureInvalid
        return self.reread_notice(body)

    def reread_notice(self, body: bytes) -> GatewayNotice | OtherNotice:
        """See the port."""
        return notices.read(body, SANDBOX)


def notice_of(webhook: GatewayWebhook) -> GatewayNotice | OtherNotice:
    """Returns the notification that a webhook contains. Code that delivers webhooks without HTTP uses this function."""
    return notices.read(webhook.body, SANDBOX)


def signed(webhook: GatewayWebhook, clock: Clock, secret: str = KNOWN_SECRET) -> Mapping[str, str]:
    """Returns the HTTP headers of the webhook, signed at the clock's current time."""
    sent_at = str(int(clock.now().timestamp()))
    message = f"{webhook.event_id}.{sent_at}.".encode() + webhook.body
    signature = base64.b64encode(hmac.digest(keys_of(secret)[0], message, "sha256")).decode()
    return {
        "webhook-id": webhook.event_id,
        "webhook-timestamp": sent_at,
        "webhook-signature": f"v1,{signature}",
    }
