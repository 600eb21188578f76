"""Compares the books of one gateway with the payments.

`verify_invariants` calls this module. The module writes nothing. A notification about a late failure or an external
refund may still be on its way. So differences are checked again before they count as violations.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass

from refunds.domain.finding import Finding
from refunds.domain.verification.books_findings import NothingMoved, PaymentUnknownHere
from refunds.domain.verification.gateway_books import GatewayAccount, differences
from refunds.domain.verification.payment_snapshot import StoredPayment
from refunds.ports.gateway.gateway_books import GatewayBooks
from refunds.ports.payments.payment_scan import PaymentScan
from refunds.usecases.verification.verification_report import Checked, Findings, Invariant
from refunds.usecases.verification.verify_audit import Progress

PAGE_PAYMENTS = 200
SUSPECTS_MAX = 1_000
RECHECKS_MAX = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyBooks:
    """The use case with its dependencies.

    `unreadable` has the gateway's payment ids of the stored payments that cannot be read.
    """

    scan: PaymentScan
    books: GatewayBooks
    pause: Callable[[], Awaitable[None]]
    unreadable: Collection[str] = ()

    async def check(self, findings: Findings, refunded_payments: int, progress: Progress) -> None:
        """Compares every account of the gateway with the payment that belongs to it.

        `refunded_payments` is the number of refunded payments. If fewer accounts were found for refunded payments, adds
        a violation for each refunded payment without an account.
        """
        suspects: list[str] = []
        seen, refunded, cursor = 0, 0, ""
        while True:
            page = await self.books.page(cursor)
            found = await self._payments_of(page.accounts)
            for account in page.accounts:
                stored = found.get(account.gateway_payment_id)
                refunded += stored is not None and stored.refunded_amount > 0
                found_here = _findings(stored, account)
                if stored is None and account.gateway_payment_id in self.unreadable:
                    found_here = ()
                if found_here and len(suspects) < SUSPECTS_MAX:
                    suspects.append(account.gateway_payment_id)
                    found_here = ()
                findings.looked(Invariant.BOOKS, 1, found_here)
            seen += len(page.accounts)
            progress(Checked.ACCOUNTS, seen)
            if not page.next_cursor:
                break
            cursor = page.next_cursor
        await self._recheck(findings, suspects)
        if refunded < refunded_payments:
            await self._name_missing(findings)

    async def _payments_of(self, accounts: Sequence[GatewayAccount]) -> dict[str, StoredPayment]:
        ids = [account.gateway_payment_id for account in accounts]
        found = await self.scan.by_gateway_ids(self.books.gateway, ids)
        return {stored.gateway_payment_id: stored for stored in found}

    async def _recheck(self, findings: Findings, suspects: Sequence[str]) -> None:
        differing: dict[str, Sequence[Finding]] = {}
        for _ in range(RECHECKS_MAX):
            if not suspects:
                return
            await self.pause()
            differing = {}
            for gateway_payment_id in suspects:
                account = await self.books.account(gateway_payment_id)
                if account is None:
                    continue
                found = await self._payments_of([account])
                if each := _findings(found.get(gateway_payment_id), account):
                    differing[gateway_payment_id] = each
            suspects = list(differing)
        for each in differing.values():
            findings.looked(Invariant.BOOKS, 0, each)

    async def _name_missing(self, findings: Findings) -> None:
        """Adds a violation for each refunded payment that has no account at the gateway."""
        after = ""
        while page := await self.scan.after(after, PAGE_PAYMENTS):
            for stored in page:
                if stored.gateway != self.books.gateway or not stored.refunded_amount:
                    continue
                if await self.books.account(stored.gateway_payment_id) is None:
                    missing = NothingMoved(payment_id=stored.id, refunded=stored.refunded_amount)
                    findings.looked(Invariant.BOOKS, 0, [missing])
            after = page[-1].id


def _findings(stored: StoredPayment | None, account: GatewayAccount) -> Sequence[Finding]:
    if stored is not None:
        return list(differences(stored, account))
    if account.moved or account.movements:
        return [PaymentUnknownHere(gateway_payment_id=account.gateway_payment_id, moved=account.moved)]
    return ()
