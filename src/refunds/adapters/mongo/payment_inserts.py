"""New payments, inserted in grouped unordered bulks; a repeat of the same request is told from a clash.

What the driver did not tell is inserted again: where it holds already, it clashes with itself and is found by its id.
A clash is answered only from what a majority holds.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, TypeAlias

from pymongo import InsertOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError, PyMongoError

from refunds.adapters.mongo.documents import WITHOUT_HISTORY, new_payment_document, to_payment
from refunds.adapters.mongo.payment_writes import DUPLICATE_KEY, REFUSALS, REPEAT_PAUSE_S, DatabaseRefused
from refunds.domain.errors import AlreadyExists, KeyReused, OutcomeUnknown
from refunds.domain.payment import Payment
from refunds.domain.replacing import replace
from refunds.kit.group_commit import Group, GroupCommit, Pending

Waiting: TypeAlias = Pending[Payment, tuple[Payment, bool]]


class PaymentInserts:
    """The insert queue of one process; `unknown_wait_s` bounds how long an untold outcome is looked for."""

    def __init__(self, collection: AsyncCollection[Any], *, waiting_max: int, unknown_wait_s: float) -> None:
        self._collection = collection
        self._unknown_wait_s = unknown_wait_s
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
        deadline = asyncio.get_running_loop().time() + self._unknown_wait_s
        waiting = [pending for group in groups for pending in group.pending]
        untold: list[Waiting] = []
        while waiting:
            clashed, unsaid = await self._bulk(waiting)
            unseen = [pending for pending in clashed if not await self._told_from_clash(pending, pending in untold)]
            untold += [pending for pending in unsaid if pending not in untold]
            waiting = unseen + unsaid
            if waiting and asyncio.get_running_loop().time() > deadline:
                for pending in waiting:
                    pending.fail(OutcomeUnknown())
                return
            if waiting:
                await asyncio.sleep(REPEAT_PAUSE_S)

    async def _bulk(self, waiting: list[Waiting]) -> tuple[list[Waiting], list[Waiting]]:
        """(Clashed with something stored, not told by the driver); the others are answered."""
        codes: dict[int, int] = {}
        try:
            documents = [InsertOne(new_payment_document(pending.operation)) for pending in waiting]
            await self._collection.bulk_write(documents, ordered=False)
        except BulkWriteError as error:
            details = error.details or {}
            codes = {e["index"]: e["code"] for e in details.get("writeErrors", ())}
            if details.get("writeConcernErrors"):
                codes = dict.fromkeys(range(len(waiting)), 0) | codes
        except PyMongoError:
            return [], waiting
        except Exception as error:  # noqa: BLE001 - the driver cannot encode one of them
            return await self._bulk_of_one_each(waiting, error)
        for index, pending in enumerate(waiting):
            if index not in codes:
                pending.settle((replace(pending.operation, events=()), False))
            elif codes[index] in REFUSALS and codes[index] != DUPLICATE_KEY:
                pending.fail(DatabaseRefused(pending.operation.id, codes[index]))
        clashed = [waiting[index] for index, code in codes.items() if code == DUPLICATE_KEY]
        return clashed, [waiting[index] for index, code in codes.items() if code not in REFUSALS]

    async def _bulk_of_one_each(self, waiting: list[Waiting], error: Exception) -> tuple[list[Waiting], list[Waiting]]:
        if len(waiting) == 1:
            waiting[0].fail(error)
            return [], []
        clashed, unsaid = [], []
        for pending in waiting:
            more_clashed, more_unsaid = await self._bulk([pending])
            clashed += more_clashed
            unsaid += more_unsaid
        return clashed, unsaid

    async def _told_from_clash(self, pending: Waiting, is_untold: bool) -> bool:
        """Whether a majority holds what the payment clashed with, and so the answer is given."""
        payment = pending.operation
        try:
            stored = await self._find(merchant_id=payment.merchant_id, idempotency_key=payment.idempotency_key)
            if stored is None:
                return await self._told_from_other(pending)
        except PyMongoError:
            return False
        if stored.fingerprint != payment.fingerprint:
            pending.fail(KeyReused())
        else:
            is_own = is_untold and (stored.id, stored.created_at) == (payment.id, payment.created_at)
            pending.settle((stored, not is_own))
        return True

    async def _told_from_other(self, pending: Waiting) -> bool:
        payment = pending.operation
        if await self._find(_id=payment.id) is not None:
            pending.fail(AlreadyExists(kind="payment", pointer="/id"))
            return True
        if await self._find(gateway=payment.gateway, gateway_payment_id=payment.gateway_payment_id) is not None:
            pending.fail(AlreadyExists(kind="payment", pointer="/gateway_payment_id"))
            return True
        return False

    async def _find(self, **wanted: str) -> Payment | None:
        document = await self._collection.find_one(wanted, WITHOUT_HISTORY)
        return None if document is None else to_payment(document)
