"""Lets a verification skip unreadable payments and list them in its report.

`UnreadableReportingScan` wraps the scan of the verification. If only the outbox of a payment cannot be read, the
payment is checked like all others. The report still lists the payment, because somebody has edited it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from refunds.domain.finding import Finding
from refunds.domain.verification.archive_findings import OutboxUnreadable, PaymentUnreadable
from refunds.domain.verification.payment_snapshot import StoredPayment, changes_of
from refunds.ports.payments.payment_scan import PaymentScan, ScannedPage
from refunds.usecases.projections.changes_from_history import changes_of_all
from refunds.usecases.verification.verification_report import Check, Invariant, Report

NAMED_MAX = 100


@dataclass(slots=True)
class UnreadableReportingScan:
    """See `ports.payments.payment_scan`. `named` has one finding for each unreadable payment, by payment id."""

    scan: PaymentScan
    named: dict[str, Finding] = field(default_factory=dict)

    async def page(self, payment_id: str, payments_max: int, not_before: int = 0) -> ScannedPage:
        """Returns the wrapped scan's page without the payments whose histories cannot be read."""
        return self._named(await self.scan.page(payment_id, payments_max, not_before))

    async def page_of(self, payment_ids: Sequence[str]) -> ScannedPage:
        """Returns the payments of these ids, except those whose histories cannot be read."""
        return self._named(await self.scan.page_of(payment_ids))

    async def after(self, payment_id: str, payments_max: int) -> Sequence[StoredPayment]:
        """Returns the next readable payments. The result is empty at the end of the scan."""
        page = await self.page(payment_id, payments_max)
        while page.scanned_to and not page.stored:
            page = await self.page(page.scanned_to, payments_max)
        return page.stored

    async def by_ids(self, payment_ids: Sequence[str]) -> Sequence[StoredPayment]:
        """Returns the readable payments of these ids."""
        return (await self.page_of(payment_ids)).stored

    async def by_gateway_ids(self, gateway: str, gateway_payment_ids: Sequence[str]) -> Sequence[StoredPayment]:
        """Returns the readable payments of these gateway ids."""
        found = ScannedPage(stored=await self.scan.by_gateway_ids(gateway, gateway_payment_ids))
        return self._named(found).stored

    def _named(self, page: ScannedPage) -> ScannedPage:
        _, unreadable = changes_of_all(page, changes_of)
        for one in unreadable:
            self.named[one.payment_id] = PaymentUnreadable(payment_id=one.payment_id, reason=one.reason)
        lost = {one.payment_id for one in unreadable}
        stored = [payment for payment in page.stored if payment.id not in lost]
        for payment in stored:
            if not payment.is_outbox_readable:
                self.named[payment.id] = OutboxUnreadable(payment_id=payment.id)
        return replace(page, stored=stored, unreadable=unreadable)


def with_unreadable_findings(report: Report, named: Sequence[Finding]) -> Report:
    """Returns the report with these findings added to the check CAUGHT_UP.

    The read models lack changes that cannot be read, so they have not caught up.
    """
    if not named:
        return report
    return replace(report, checks=tuple(_with(check, named) for check in report.checks))


def _with(check: Check, named: Sequence[Finding]) -> Check:
    if check.invariant is not Invariant.CAUGHT_UP:
        return check
    found = (*check.found, *named)[:NAMED_MAX]
    return replace(check, violations=check.violations + len(named), found=found)
