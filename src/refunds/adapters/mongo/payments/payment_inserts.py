"""New payments, inserted in grouped unordered bulks; a repeat of the same request is told from a clash.

What the driver did not tell is inserted again: where it holds already, it clashes with itself and is found by its id.
A clash is answered only from what a majority holds.
"""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from pymongo import InsertOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError, PyMongoError

from refunds.adapters.mongo.payments.documents import WITHOUT_HISTORY, new_payment_document, to_payment_or_error
from refunds.adapters.mongo.payments.payment_writes import (
    DUPLICATE_KEY,
    REFUSALS,
    REPEAT_PAUSE_S,
    DatabaseRefused,
    why_unencodable,
)
from refunds.adapters.mongo.stored_forms import Document
from refunds.domain.errors import AlreadyExists, KeyReused, OutcomeUnknown, PaymentUnreadable
from refunds.domain.payment.payment import Payment
from refunds.domain.payment.replacing import replace
from refunds.kit.group_commit import Flight, Group, GroupCommit

Stored: TypeAlias = tuple[Payment, bool]
Waiting: TypeAlias = Group[str, Payment, Stored]
Inserts: TypeAlias = Flight[str, Payment, Stored]

NOT_TOLD = 0
"""In place of a code of the database: whether the insert holds was not said."""


class PaymentInserts:
    """The insert queue of one process; `unknown_wait_s` bounds how long an untold outcome is looked for."""

    def __init__(self, collection: AsyncCollection[Any], *, waiting_max: int, unknown_wait_s: float) -> None:
        self._collection = collection
        self._unknown_wait_s = unknown_wait_s
        self._queue: GroupCommit[str, Payment, Stored] = GroupCommit(
            fly=self._fly, keys_max=256, per_key_max=1, waiting_max=waiting_max
        )

    async def add(self, payment: Payment) -> Stored:
        """(The stored payment, whether an earlier request had stored it)."""
        return await self._queue.submit(payment.id, payment)

    async def drain(self) -> None:
        """Waits until nothing is queued or in flight."""
        await self._queue.drain()

    async def _fly(self, flight: Inserts) -> None:
        """Inserts once and answers; clashes and what the driver did not tell go on without the slot of the flight."""
        deadline = asyncio.get_running_loop().time() + self._unknown_wait_s
        untold: set[str] = set()
        waiting = list(flight)
        while waiting:
            clashed, unsaid = await self._bulk(flight, waiting)
            if not clashed and not unsaid:
                return
            flight.free_slot()
            untold.update(group.key for group in unsaid)
            waiting = await self._answer_clashes(flight, clashed, untold) + unsaid if clashed else unsaid
            if waiting and asyncio.get_running_loop().time() > deadline:
                for group in waiting:
                    _fail(flight, group, OutcomeUnknown())
                return
            if waiting:
                await asyncio.sleep(REPEAT_PAUSE_S)

    async def _bulk(self, flight: Inserts, waiting: list[Waiting]) -> tuple[list[Waiting], list[Waiting]]:
        """(Clashed with something stored, not told by the driver); the others are answered."""
        try:
            codes = await self._insert([_payment(group) for group in waiting])
        except PyMongoError:
            return [], waiting
        except Exception as error:  # noqa: BLE001 - the driver cannot encode one of them
            return await self._without_unencodable(flight, waiting, error)
        for index, group in enumerate(waiting):
            if index not in codes:
                _settle(flight, group, replace(_payment(group), events=()), is_repeat=False)
            elif codes[index] in REFUSALS and codes[index] != DUPLICATE_KEY:
                _fail(flight, group, DatabaseRefused(group.key, codes[index]))
        clashed = [waiting[index] for index, code in codes.items() if code == DUPLICATE_KEY]
        return clashed, [waiting[index] for index, code in codes.items() if code not in REFUSALS]

    async def _insert(self, payments: list[Payment]) -> dict[int, int]:
        """One bulk; the code of each that is not inserted for certain, by its place. PyMongoError: nothing is said."""
        try:
            documents = [InsertOne(new_payment_document(payment)) for payment in payments]
            await self._collection.bulk_write(documents, ordered=False)
        except BulkWriteError as error:
            details = error.details or {}
            codes = {e["index"]: e["code"] for e in details.get("writeErrors", ())}
            if not details.get("writeConcernErrors"):
                return codes
            codes = {i: code for i, code in codes.items() if code in REFUSALS - {DUPLICATE_KEY}}
            return dict.fromkeys(range(len(payments)), NOT_TOLD) | codes
        return {}

    async def _without_unencodable(
        self, flight: Inserts, waiting: list[Waiting], error: Exception
    ) -> tuple[list[Waiting], list[Waiting]]:
        """Those that can be encoded are inserted in one bulk; where all can, each is inserted alone."""
        if len(waiting) == 1:
            _fail(flight, waiting[0], error)
            return [], []
        good = []
        for group in waiting:
            why = why_unencodable(new_payment_document(_payment(group)))
            if why is None:
                good.append(group)
            else:
                _fail(flight, group, why)
        clashed, unsaid = [], []
        for bulk in [good] if len(good) < len(waiting) else [[group] for group in waiting]:
            more_clashed, more_unsaid = await self._bulk(flight, bulk) if bulk else ([], [])
            clashed += more_clashed
            unsaid += more_unsaid
        return clashed, unsaid

    async def _answer_clashes(self, flight: Inserts, clashed: list[Waiting], untold: set[str]) -> list[Waiting]:
        """Answers those whose other a majority holds, by one read for all; returns the rest."""
        try:
            found = await self._find_others([_payment(group) for group in clashed])
        except PyMongoError:
            return clashed
        unseen = []
        for group in clashed:
            payment = _payment(group)
            same_request = found.by_key.get((payment.merchant_id, payment.idempotency_key))
            if same_request is not None:
                _answer_repeat(flight, group, same_request, is_untold=group.key in untold)
            elif payment.id in found.ids:
                _fail(flight, group, AlreadyExists(kind="payment", pointer="/id"))
            elif (payment.gateway, payment.gateway_payment_id) in found.captures:
                _fail(flight, group, AlreadyExists(kind="payment", pointer="/gateway_payment_id"))
            else:
                unseen.append(group)
        return unseen

    async def _find_others(self, payments: list[Payment]) -> "Found":
        """What a majority holds under the ids, the keys and the captures of these payments."""
        keys: dict[str, list[str]] = {}
        captures: dict[str, list[str]] = {}
        for payment in payments:
            keys.setdefault(payment.merchant_id, []).append(payment.idempotency_key)
            captures.setdefault(payment.gateway, []).append(payment.gateway_payment_id)
        wanted: list[Document] = [{"_id": {"$in": [payment.id for payment in payments]}}]
        wanted += [{"merchant_id": merchant, "idempotency_key": {"$in": of}} for merchant, of in keys.items()]
        wanted += [{"gateway": gateway, "gateway_payment_id": {"$in": of}} for gateway, of in captures.items()]
        documents = await self._collection.find({"$or": wanted}, WITHOUT_HISTORY).to_list(None)
        return Found(
            by_key={(d["merchant_id"], d["idempotency_key"]): to_payment_or_error(d) for d in documents},
            ids={d["_id"] for d in documents},
            captures={(d["gateway"], d["gateway_payment_id"]) for d in documents},
        )


@dataclass(frozen=True, slots=True)
class Found:
    """Stored payments by what a new one may share with them."""

    by_key: Mapping[tuple[str, str], Payment | PaymentUnreadable]
    ids: Collection[str]
    captures: Collection[tuple[str, str]]


def _payment(group: Waiting) -> Payment:
    return group.pending[0].operation


def _settle(flight: Inserts, group: Waiting, stored: Payment, *, is_repeat: bool) -> None:
    group.pending[0].settle((stored, is_repeat))
    flight.release(group)


def _fail(flight: Inserts, group: Waiting, error: Exception) -> None:
    group.pending[0].fail(error)
    flight.release(group)


def _answer_repeat(flight: Inserts, group: Waiting, stored: Payment | PaymentUnreadable, *, is_untold: bool) -> None:
    """The stored payment of the same key: the first of a repeated request, or this one, stored untold."""
    payment = _payment(group)
    if isinstance(stored, PaymentUnreadable):
        _fail(flight, group, stored)
    elif stored.fingerprint != payment.fingerprint:
        _fail(flight, group, KeyReused())
    else:
        is_own = is_untold and (stored.id, stored.created_at) == (payment.id, payment.created_at)
        _settle(flight, group, stored, is_repeat=not is_own)
