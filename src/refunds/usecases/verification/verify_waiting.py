"""Lists what waits for a person: payments in a reader's quarantine, and webhooks that could not be read.

A part of `verify_invariants`; writes nothing. None of these is a violation.
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
    """Adds one finding per payment in a quarantine: reader, begin, reason and waiting versions.

    Raises StoreUnavailable.
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
    """Counts the webhooks that could not be read, with one finding for each of the oldest. Raises StoreUnavailable."""
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
