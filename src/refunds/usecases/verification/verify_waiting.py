"""Lists what waits for a person: payments in a reader's quarantine, and webhooks that could not be read.

A part of `verify_invariants`; writes nothing. None of these is a violation.
"""

from collections.abc import Iterator
from datetime import datetime

from refunds.ports.audit.verification_reads import VerificationReads, WaitingPayment
from refunds.ports.gateway.unread_webhooks import UnreadWebhooks
from refunds.usecases.verification.verification_report import Findings

PAGE_PAYMENTS = 200
VERSIONS_NAMED_MAX = 20
WEBHOOKS_NAMED_MAX = 20


async def name_waiting(reads: VerificationReads, findings: Findings) -> None:
    """One line per payment in a quarantine: reader, begin, reason and waiting versions. StoreUnavailable."""
    after = ""
    while page := await reads.waiting(after, PAGE_PAYMENTS):
        for payment in page:
            findings.saw_waiting(
                f"{payment.payment_id}: waits for the reader {payment.reader} since {payment.since} "
                f"({payment.reason}); {' '.join(_waits(payment))}"
            )
        after = page[-1].id


async def name_unread(webhooks: UnreadWebhooks, findings: Findings) -> None:
    """Counts the webhooks that could not be read, with one line for each of the oldest. StoreUnavailable."""
    lines = [
        f"{each.gateway} {each.webhook_id}: waits for an operator since {_moment(each.received_at)} ({each.why})"
        for each in await webhooks.oldest(WEBHOOKS_NAMED_MAX)
    ]
    findings.saw_unread(await webhooks.count() if lines else 0, lines)


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _waits(payment: WaitingPayment) -> Iterator[str]:
    if not payment.versions:
        yield "no later version waits with it"
        return
    yield "with it wait its versions"
    yield ", ".join(map(str, payment.versions[:VERSIONS_NAMED_MAX]))
    if len(payment.versions) > VERSIONS_NAMED_MAX:
        yield f"and {len(payment.versions) - VERSIONS_NAMED_MAX} more"
