"""Scans all payments of the simulated database. It implements `ports.payments.payment_scan`."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from pymongo.errors import PyMongoError

from refunds.adapters.memory.client import Client
from refunds.adapters.memory.database import MemoryDatabase
from refunds.adapters.memory.line import DIRECT, Line, LineLost
from refunds.adapters.memory.payments.payment_documents import stored_payment
from refunds.adapters.memory.payments.payment_table import PaymentDocument
from refunds.domain.errors import StoreUnavailable
from refunds.domain.verification.payment_snapshot import StoredPayment
from refunds.ports.payments.payment_scan import ScannedPage, Unreadable

T = TypeVar("T")


class MemoryPaymentScan:
    """See `ports.payments.payment_scan`. Only payments in the database's `unreadable` cannot be read."""

    def __init__(self, database: MemoryDatabase, line: Line = DIRECT) -> None:
        self._database = database
        self._client = Client(database, line)

    async def page(self, payment_id: str, payments_max: int, not_before: int = 0) -> ScannedPage:
        """See the port."""

        def read() -> list[PaymentDocument]:
            documents = self._database.payments.majority
            following = sorted(found for found in documents if found > payment_id)[:payments_max]
            return [documents[found] for found in following]

        await self._reached(not_before)
        found, odd = await self._read(read), self._database.unreadable
        stored = [self._scanned(document) for document in found if document.payment.id not in odd]
        unreadable = [Unreadable(payment_id=d.payment.id, reason="simulated") for d in found if d.payment.id in odd]
        return ScannedPage(stored=stored, unreadable=unreadable, scanned_to=found[-1].payment.id if found else "")

    async def page_of(self, payment_ids: Sequence[str]) -> ScannedPage:
        """See the port."""
        odd = self._database.unreadable
        stored = await self.by_ids([each for each in payment_ids if each not in odd])
        unreadable = [Unreadable(payment_id=each, reason="simulated") for each in payment_ids if each in odd]
        return ScannedPage(stored=stored, unreadable=unreadable)

    async def after(self, payment_id: str, payments_max: int) -> Sequence[StoredPayment]:
        """See the port."""
        return (await self.page(payment_id, payments_max)).stored

    async def by_ids(self, payment_ids: Sequence[str]) -> Sequence[StoredPayment]:
        """See the port."""
        documents = self._database.payments.majority
        found = await self._read(lambda: [documents[each] for each in payment_ids if each in documents])
        return [self._scanned(document) for document in found]

    async def by_gateway_ids(self, gateway: str, gateway_payment_ids: Sequence[str]) -> Sequence[StoredPayment]:
        """See the port."""
        documents = self._database.payments.majority
        captures = self._database.payments.majority_index.by_capture
        wanted = [(gateway, each) for each in gateway_payment_ids]
        found = await self._read(lambda: [documents[captures[each]] for each in wanted if each in captures])
        return [self._scanned(document) for document in found]

    def _scanned(self, document: PaymentDocument) -> StoredPayment:
        """Returns the stored payment for a document. The result is cached, because documents never change."""
        known = self._database.payments.scanned.get(document.payment.id)
        if known is not None and known[0] is document:
            return known[1]
        stored = stored_payment(document)
        self._database.payments.scanned[document.payment.id] = (document, stored)
        return stored

    async def _reached(self, moment: int) -> None:
        """Waits until a majority has stored all writes up to the logical time `moment`.

        MongoDB's causal sessions do the same. Raises StoreUnavailable if a fail-over happens first.
        """
        try:
            await self._database.acknowledged(moment)
        except LineLost as error:
            raise StoreUnavailable from error

    async def _read(self, read: Callable[[], T]) -> T:
        try:
            return await self._client.read("mongo.payment_scan.read", read)
        except PyMongoError as error:
            raise StoreUnavailable from error
