"""New payments, inserted in grouped unordered bulks; a repeat of the same request is told from a clash.

A lost answer is looked up: the same id with the same key and body is this request's own document.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pymongo import InsertOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError

from refunds.adapters.mongo.documents import WITHOUT_HISTORY, new_payment_document, to_payment
from refunds.domain.errors import AlreadyExists, KeyReused
from refunds.domain.payment import Payment
from refunds.kit.group_commit import Group, GroupCommit, Pending


class PaymentInserts:
    """The insert queue of one process."""

    def __init__(self, collection: AsyncCollection[Any], *, waiting_max: int) -> None:
        self._collection = collection
        self._queue: GroupCommit[str, Payment, tuple[Payment, bool]] = GroupCommit(
            fly=self._fly, keys_max=256, per_key_max=1, waiting_max=waiting_max
        )

    async def add(self, payment: Payment) -> tuple[Payment, bool]:
        """(The stored payment, whether an earlier request had stored it)."""
        return await self._queue.submit(payment.id, payment)

    async def drain(self) -> None:
        """Waits until nothing is queued or in flight."""
        await self._queue.drain()

    async def _fly(self, groups: Sequence[Group[str, Payment, tuple[Payment, bool]]]) -> None:
        waiting = [pending for group in groups for pending in group.pending]
        failed: set[int] = set()
        try:
            await self._collection.bulk_write(
                [InsertOne(new_payment_document(pending.operation)) for pending in waiting], ordered=False
            )
        except BulkWriteError as error:
            details = error.details or {}
            failed = {e["index"] for e in details.get("writeErrors", ())}
            if details.get("writeConcernErrors"):
                failed = set(range(len(waiting)))
        for index, pending in enumerate(waiting):
            if index in failed:
                await self._look_up(pending)
            else:
                pending.settle((replace(pending.operation, events=()), False))

    async def _look_up(self, pending: Pending[Payment, tuple[Payment, bool]]) -> None:
        payment = pending.operation
        by_key = {"merchant_id": payment.merchant_id, "idempotency_key": payment.idempotency_key}
        document = await self._collection.find_one(by_key, WITHOUT_HISTORY)
        if document is None:
            by_id = await self._collection.find_one({"_id": payment.id}, {"_id": 1})
            pending.fail(AlreadyExists(kind="payment", pointer="/id" if by_id else "/gateway_payment_id"))
            return
        stored = to_payment(document)
        if stored.fingerprint != payment.fingerprint:
            pending.fail(KeyReused())
        else:
            pending.settle((stored, True))
