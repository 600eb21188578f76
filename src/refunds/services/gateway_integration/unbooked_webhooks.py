"""Stores webhooks of external refunds that cannot be recorded yet, and retries them until they are recorded.

The gateway still gets a refusal, so that it delivers the webhook again. If the gateway gives up, the stored webhook
remains. Operators are notified of webhooks that are stored for longer than a refund usually takes.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import structlog

from refunds.domain.errors import (
    AmountExceedsRefundable,
    CurrencyMismatch,
    PaymentFull,
    RefundsError,
    RefundStillOpen,
    TooManyExternalRefunds,
)
from refunds.ports.clock import Clock
from refunds.ports.gateway.gateway import Gateway, OtherNotice
from refunds.ports.gateway.unread_webhooks import UnreadWebhook, UnreadWebhooks, unread
from refunds.runtime.loops.workers import repeat
from refunds.usecases.gateway.book_kept_notice import BookKeptNotice

log = structlog.get_logger()

WHYS: Mapping[type[RefundsError], str] = {
    AmountExceedsRefundable: "external refund: more than is left to refund of the payment",
    RefundStillOpen: "external refund: may be a refund of ours that is under way",
    TooManyExternalRefunds: "external refund: the payment has as many as it may",
    PaymentFull: "external refund: the refunds of the payment take all the room there is",
    CurrencyMismatch: "external refund: not the currency of the payment",
}
"""If an external refund is refused with one of these errors, its webhook is stored with the reason given here."""

EVERY_S = 60.0
TRIED_MAX = 500
"""Maximum number of webhooks that are retried in one step. The oldest webhooks come first."""

QUIET = timedelta(hours=1)
"""A stored webhook that is older than this is logged for an operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnbookedWebhooks:
    """Stores webhooks that cannot be recorded yet, and retries them every `every_s` seconds.

    Several processes may retry at the same time.
    """

    webhooks: UnreadWebhooks
    gateways: Mapping[str, Gateway]
    book: BookKeptNotice
    clock: Clock
    every_s: float = EVERY_S

    async def keep(self, gateway: str, webhook_id: str, body: bytes, error: RefundsError) -> None:
        """Stores a verified webhook that was refused with `error`, if the error is in WHYS.

        If storing fails, the failure is logged and raised. The gateway delivers the webhook again in any case.
        """
        why = WHYS.get(type(error))
        if why is None:
            return
        now = self.clock.now()
        try:
            await self.webhooks.keep(
                unread(gateway=gateway, webhook_id=webhook_id, received_at=now, why=why, body=body)
            )
        except RefundsError as failed:
            log.error("webhook.unread_not_kept", gateway=gateway, error=type(failed).__name__)  # noqa: TRY400
            raise

    async def run(self, stop: asyncio.Event) -> None:
        """Retries the stored webhooks until `stop` is set."""
        await repeat("webhooks.book_kept", self._step, stop, pause_s=self.every_s)

    async def _step(self) -> bool:
        await self.try_again()
        return False

    async def try_again(self) -> None:
        """Retries the stored webhooks, and removes each one that could be recorded.

        Logs how many webhooks have been stored for too long. Raises StoreUnavailable.
        """
        left: dict[tuple[str, str], int] = {}
        since = self.clock.now() - QUIET
        for kept in await self.webhooks.oldest(TRIED_MAX, WHYS.values()):
            is_overdue = kept.received_at < since
            if await self._is_booked(kept, is_overdue=is_overdue):
                await self.webhooks.remove(kept.gateway, kept.webhook_id)
            elif is_overdue:
                left[kept.gateway, kept.why] = left.get((kept.gateway, kept.why), 0) + 1
        for (gateway, why), count in left.items():
            log.error("webhook.unread", gateway=gateway, why=why, count=count)

    async def _is_booked(self, kept: UnreadWebhook, *, is_overdue: bool) -> bool:
        gateway = self.gateways.get(kept.gateway)
        if gateway is None:
            return False
        try:
            notice = gateway.reread_notice(kept.body)
            return not isinstance(notice, OtherNotice) and await self.book(notice, kept.gateway, is_overdue=is_overdue)
        except RefundsError:
            return False
