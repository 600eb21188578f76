"""Handles gateways' webhooks at `POST /webhooks/{gateway}`. Answers 2xx when the notification is stored.

A gateway repeats a refused webhook, and stops delivering to an endpoint that refuses for too long. So webhooks that are
about no refund of this service are counted and also answered 2xx. For the same reason, a signed webhook whose content
can never be read is stored for an operator and answered 2xx.

A refusal is a problem document: 422 for an invalid signature or content, 404 for an unknown payment, 429 for too many
webhooks at once, 503 while the store does not answer. Gateways deliver refused webhooks again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from refunds.domain.errors import ContentUnreadable, NotFound, NotKnownHere, Overloaded, RefundsError
from refunds.domain.invalid_input import ExternalRefundNotSuccessful
from refunds.ports.clock import Clock
from refunds.ports.gateway.gateway import Gateway, GatewayNotice, OtherNotice
from refunds.ports.gateway.unread_webhooks import UnreadWebhooks, unread
from refunds.runtime.auth.authorizer import Authorizer
from refunds.runtime.http.endpoint import Answer, Call, Endpoint, HeaderPairs
from refunds.services.gateway_integration.metrics import GatewayMetrics
from refunds.services.gateway_integration.unbooked_webhooks import UnbookedWebhooks
from refunds.texts.problem_texts import message_of
from refunds.usecases.gateway.record_gateway_result import RecordGatewayResult

log = structlog.get_logger()

BODY_BYTES_MAX = 64 * 1024
AT_ONCE_MAX = 512
IGNORED_LOGGED_EVERY = 1000
EXTERNAL_KIND = "external_refund."
"""Prefix of the kinds of webhooks about external refunds that moved no money, e.g. `external_refund.failed`."""
SIGNED_HEADERS = (b"webhook-id", b"webhook-timestamp", b"webhook-signature")


@dataclass(slots=True, kw_only=True)
class WebhookEndpoint:
    """Accepts at most `at_once_max` webhooks at a time. A webhook counts even while its body arrives slowly."""

    gateways: Mapping[str, Gateway]
    record: RecordGatewayResult
    metrics: GatewayMetrics
    unread_webhooks: UnreadWebhooks
    clock: Clock
    unbooked: UnbookedWebhooks
    at_once_max: int = AT_ONCE_MAX
    _inside: int = 0

    def endpoints(self, _authorizer: Authorizer) -> Sequence[Endpoint]:
        """Returns the route for webhooks. Signatures protect the route. Only gateways use it, so it is undocumented."""
        return [
            Endpoint(
                method="POST",
                path="/webhooks/{gateway}",
                tag="webhooks",
                summary="Accept a gateway's notification",
                handler=self.take,
                action=None,
                status=204,
                takes=(),
                is_body_late=True,
                is_query_ignored=True,
                is_always_served=True,
                is_documented=False,
                body_bytes_max=BODY_BYTES_MAX,
            )
        ]

    async def take(self, call: Call) -> Answer:
        """Stores the notification in the request.

        Raises NotFound, InvalidInput or Overloaded in the cases that the module names. Passes on the store's errors.
        """
        (gateway_name,) = call.path_values
        gateway = self.gateways.get(gateway_name)
        if gateway is None:
            log.warning("webhook.refused", gateway="unknown", error=NotFound.__name__)
            raise NotKnownHere(kind="gateway", id=gateway_name[:40])
        if self._inside >= self.at_once_max:
            self._refused(gateway_name, Overloaded())
            raise Overloaded
        self._inside += 1
        try:
            await self.deliver(gateway, _signed_headers(call.header_lines), await call.read_body())
        except NotFound as error:
            self._refused(gateway_name, error)
            raise NotKnownHere(kind=error.kind, id=error.id) from error
        except Exception as error:
            self._refused(gateway_name, error)
            raise
        finally:
            self._inside -= 1
        return Answer(status=204)

    async def deliver(self, gateway: Gateway, headers: Mapping[str, str], body: bytes) -> None:
        """Stores the notification of one webhook, however the webhook was delivered.

        Raises the same errors as `take`.
        """
        name = gateway.name
        try:
            notice = gateway.read_notice(headers, body)
            if isinstance(notice, OtherNotice):
                self._ignored(name, notice.kind)
                return
            await self._record(notice, name, headers["webhook-id"], body)
        except ExternalRefundNotSuccessful as error:
            self._ignored(name, f"{EXTERNAL_KIND}{error.kind}")
            return
        except ContentUnreadable as error:
            await self._keep(name, headers["webhook-id"], body, message_of(error))
            return
        self.metrics.webhook(name, "accepted")

    async def _record(self, notice: GatewayNotice, name: str, webhook_id: str, body: bytes) -> None:
        """Records the result. If an external refund cannot be recorded yet, its webhook is stored and then refused."""
        try:
            await self.record.from_notice(notice, name)
        except RefundsError as error:
            if not notice.attempt_id:
                await self.unbooked.keep(name, webhook_id, body, error)
            raise

    async def _keep(self, name: str, webhook_id: str, body: bytes, why: str) -> None:
        """Stores a webhook that cannot be read. Its body is never logged.

        Raises the store's errors, so that the gateway delivers the webhook again.
        """
        now = self.clock.now()
        webhook = unread(gateway=name, webhook_id=webhook_id, received_at=now, why=why, body=body)
        try:
            is_new = await self.unread_webhooks.keep(webhook)
        except Exception as error:
            log.error("webhook.unread_not_kept", gateway=name, error=type(error).__name__)  # noqa: TRY400
            raise
        self.metrics.webhook(name, "unread")
        log.error("webhook.unread", gateway=name, why=why, is_new=is_new)

    def _ignored(self, gateway_name: str, kind: str) -> None:
        """Counts an ignored webhook by its kind.

        Logs the first webhook of each kind, and then one of every IGNORED_LOGGED_EVERY webhooks of this kind.
        """
        kind, count = self.metrics.ignored(gateway_name, kind)
        if count % IGNORED_LOGGED_EVERY == 1:
            log.warning("webhook.ignored", gateway=gateway_name, kind=kind, count=count)

    def _refused(self, gateway_name: str, error: Exception) -> None:
        """Counts and logs a refused webhook. Never logs its body or its signature."""
        self.metrics.webhook(gateway_name, type(error).__name__)
        log.warning("webhook.refused", gateway=gateway_name, error=type(error).__name__)


def _signed_headers(lines: HeaderPairs) -> Mapping[str, str]:
    """Returns the headers that the signature needs.

    If a header occurs several times, its values are joined with spaces.
    """
    return {
        name.decode(): b" ".join(value for known, value in lines if known == name).decode("latin-1")
        for name in SIGNED_HEADERS
    }
