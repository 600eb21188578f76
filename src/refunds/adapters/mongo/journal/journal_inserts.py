"""Inserts each new payment as the payment's first record in the journal. See `payments.payment_inserts`."""

from typing import Any

from pymongo.asynchronous.collection import AsyncCollection

from refunds.adapters.mongo.journal.journal_reads import JournalReads
from refunds.adapters.mongo.journal.records import first_record
from refunds.adapters.mongo.payments.payment_inserts import Found, PaymentInserts
from refunds.adapters.mongo.stored_forms import Document
from refunds.domain.errors import PaymentUnreadable
from refunds.domain.payment.payment import Payment


class JournalInserts(PaymentInserts):
    """See `PaymentInserts`."""

    def __init__(
        self, journal: AsyncCollection[Any], reads: JournalReads, *, waiting_max: int, unknown_wait_s: float
    ) -> None:
        super().__init__(journal, waiting_max=waiting_max, unknown_wait_s=unknown_wait_s, document_of=first_record)
        self._reads = reads

    async def _find_others(self, payments: list[Payment]) -> Found:
        """Returns payments that a majority has stored with an id, key or gateway payment id of these payments."""
        wanted: list[Document] = [{"_id": {"$in": [payment.id for payment in payments]}}]
        for payment in payments:
            wanted.append({"merchant_id": payment.merchant_id, "idempotency_key": payment.idempotency_key})
            wanted.append({"gateway": payment.gateway, "gateway_payment_id": payment.gateway_payment_id})
        fields = {"merchant_id": 1, "idempotency_key": 1, "gateway": 1, "gateway_payment_id": 1}
        records = await self._collection.find({"$or": wanted}, fields).to_list(None)
        loaded = await self._reads.majority([record["_id"] for record in records])
        stored: dict[tuple[str, str], Payment | PaymentUnreadable] = {}
        for record in records:
            found = loaded[record["_id"]]
            key = (record["merchant_id"], record["idempotency_key"])
            stored[key] = found if isinstance(found, PaymentUnreadable) else found.payment
        return Found(
            by_key=stored,
            ids={record["_id"] for record in records},
            captures={(record["gateway"], record["gateway_payment_id"]) for record in records},
        )
