"""Lists payments that a reader of the feed has in quarantine, and webhooks that could not be read.

These payments and webhooks violate no invariant, but a person has to look at them. `verify_invariants` calls this
module. The module writes nothing.
"""

from refunds.domain.finding import Finding
from refunds.domain.verification import audit_findings as audit
from refunds.ports.audit.verification_reads import VerificationReads, WaitingPayment
from refunds.ports.gateway.unread_webhooks import UnreadWebhooks
from refunds.usecases.verification.verification_report import Findings

PAGE_PAYMENTS = 200
VERSIONS_NAMED_MAX = 20
WEBHOOKS_NAMED_MAX = 20


async def name_waiting(reads: VerificationReads, findings: Findings) -> None:
    """Adds one finding for each quarantined payment. Raises StoreUnavailable.

    The finding names the reader, the start of the wait, the reason and the waiting versions of the payment.
    """
    after = ""
    while page := await reads.waiting(after, PAGE_PAYMENTS):
        for payment in page:
            findings.saw_waiting(
                audit.PaymentQuarantined(
                    payment_id=payment.payment_id,
                    reader=payment.reader,
                    since=payment.since,
                    reason=payment.reason,
                    waits=_waits(payment),
                )
            )
        after = page[-1].id


async def name_unread(webhooks: UnreadWebhooks, findings: Findings) -> None:
    """Counts the webhooks that could not be read and lists the oldest of them. Raises StoreUnavailable."""
    oldest = [
        audit.WebhookUnread(
            gateway=each.gateway, webhook_id=each.webhook_id, received_at=each.received_at, reason=each.why
        )
        for each in await webhooks.oldest(WEBHOOKS_NAMED_MAX)
    ]
    findings.saw_unread(await webhooks.count() if oldest else 0, oldest)


def _waits(payment: WaitingPayment) -> Finding:
    if not payment.versions:
        return audit.NoVersionQuarantined()
    named, more = tuple(payment.versions[:VERSIONS_NAMED_MAX]), len(payment.versions) - VERSIONS_NAMED_MAX
    if more > 0:
        return audit.MoreVersionsQuarantined(versions=named, more=more)
    return audit.VersionsQuarantined(versions=named)
