"""Inserts new payments in bulk writes. Distinguishes a repeated request from a clash with another payment.

The bulk writes are unordered. An insert with an unknown outcome is repeated. If the first try was stored, the repeat
clashes with it and is recognized. A clash is answered only with what a majority has stored.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from msgspec.structs import replace
from pymongo import InsertOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError, PyMongoError

from refunds.adapters.mongo.payments.commit_storage import (
    DUPLICATE_KEY,
    REFUSALS,
    REPEAT_PAUSE_S,
    DatabaseRefused,
    why_unencodable,
)
from refunds.adapters.mongo.payments.documents import WITHOUT_HISTORY, new_payment_document, to_payment_or_error
from refunds.adapters.mongo.stored_forms import Document
from refunds.domain.errors import AlreadyExists, KeyReused, OutcomeUnknown, PaymentUnreadable
from refunds.domain.payment.payment import Payment
from refunds.kit.group_commit import Flight, Group, GroupCommit

Stored: TypeAlias = tuple[Payment, bool]
Waiting: TypeAlias = Group[str, Payment, Stored]
Inserts: TypeAlias = Flight[str, Payment, Stored]

UNKNOWN = 0
"""Used in place of a database error code if it is unknown whether the insert was stored."""


class PaymentInserts:
    """Queues the inserts of one process. Looks up unknown outcomes for at most `unknown_wait_s` seconds."""

    def __init__(
        self,
        collection: AsyncCollection[Any],
        *,
        waiting_max: int,
        unknown_wait_s: float,
        document_of: Callable[[Payment], Document] = new_payment_document,
    ) -> None:
        self._collection = collection
        self._document_of = document_of
        self._unknown_wait_s = unknown_wait_s
        self._queue: GroupCommit[str, Payment, Stored] = GroupCommit(
            fly=self._fly, keys_max=256, per_key_max=1, waiting_max=waiting_max
        )

    async def add(self, payment: Payment) -> Stored:
        """Returns the stored payment. The second value is True if an earlier request has stored it."""
        return await self._queue.submit(payment.id, payment)

    async def drain(self) -> None:
        """Waits until no payment is queued or being inserted."""
        await self._queue.drain()

    async def _fly(self, flight: Inserts) -> None:
        """Inserts one batch and answers the inserts that are done.

        If there are clashes or unknown outcomes, the batch gives up its slot, so the next batch can start. Then the
        batch continues with those inserts.
        """
        deadline = asyncio.get_running_loop().time() + self._unknown_wait_s
        unknown_before: set[str] = set()
        waiting = list(flight)
        while waiting:
            clashed, unknown = await self._bulk(flight, waiting)
            if not clashed and not unknown:
                return
            flight.free_slot()
            unknown_before.update(group.key for group in unknown)
            waiting = await self._answer_clashes(flight, clashed, unknown_before) + unknown if clashed else unknown
            if waiting and asyncio.get_running_loop().time() > deadline:
                for group in waiting:
                    _fail(flight, group, OutcomeUnknown())
                return
            if waiting:
                await asyncio.sleep(REPEAT_PAUSE_S)

    async def _bulk(self, flight: Inserts, waiting: list[Waiting]) -> tuple[list[Waiting], list[Waiting]]:
        """Inserts the waiting payments, and answers those that were stored or refused.

        Returns the inserts that clash with something stored, and the inserts with an unknown outcome.
        """
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
        """Inserts the payments in one bulk write. Returns the error codes of failed inserts by index.

        The code UNKNOWN means that the outcome is unknown. After a PyMongoError all outcomes are unknown.
        """
        try:
            documents = [InsertOne(self._document_of(payment)) for payment in payments]
            await self._collection.bulk_write(documents, ordered=False)
        except BulkWriteError as error:
            details = error.details or {}
            codes = {e["index"]: e["code"] for e in details.get("writeErrors", ())}
            if not details.get("writeConcernErrors"):
                return codes
            codes = {i: code for i, code in codes.items() if code in REFUSALS - {DUPLICATE_KEY}}
            return dict.fromkeys(range(len(payments)), UNKNOWN) | codes
        return {}

    async def _without_unencodable(
        self, flight: Inserts, waiting: list[Waiting], error: Exception
    ) -> tuple[list[Waiting], list[Waiting]]:
        """In one bulk write, inserts the payments that the driver can encode. Fails the other payments.

        If each payment can be encoded, inserts each in a bulk write of its own. The result is that of `_bulk`.
        """
        if len(waiting) == 1:
            _fail(flight, waiting[0], error)
            return [], []
        good = []
        for group in waiting:
            why = why_unencodable(self._document_of(_payment(group)))
            if why is None:
                good.append(group)
            else:
                _fail(flight, group, why)
        clashed, unknown = [], []
        for bulk in [good] if len(good) < len(waiting) else [[group] for group in waiting]:
            more_clashed, more_unknown = await self._bulk(flight, bulk) if bulk else ([], [])
            clashed += more_clashed
            unknown += more_unknown
        return clashed, unknown

    async def _answer_clashes(self, flight: Inserts, clashed: list[Waiting], unknown_before: set[str]) -> list[Waiting]:
        """Answers the clashes with what a majority has stored. Returns the clashes for which nothing was found.

        One read serves all clashes. If the read fails, returns all clashes.
        """
        try:
            found = await self._find_others([_payment(group) for group in clashed])
        except PyMongoError:
            return clashed
        unseen = []
        for group in clashed:
            payment = _payment(group)
            same_request = found.by_key.get((payment.merchant_id, payment.idempotency_key))
            if same_request is not None:
                _answer_repeat(flight, group, same_request, was_unknown=group.key in unknown_before)
            elif payment.id in found.ids:
                _fail(flight, group, AlreadyExists(kind="payment", pointer="/id"))
            elif (payment.gateway, payment.gateway_payment_id) in found.captures:
                _fail(flight, group, AlreadyExists(kind="payment", pointer="/gateway_payment_id"))
            else:
                unseen.append(group)
        return unseen

    async def _find_others(self, payments: list[Payment]) -> "Found":
        """Returns payments that a majority has stored with the ids or keys of these payments.

        The keys are the idempotency keys and the gateway payment ids.
        """
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
    """Stored payments that have the same id, idempotency key or gateway payment id as a new payment."""

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


def _answer_repeat(flight: Inserts, group: Waiting, stored: Payment | PaymentUnreadable, *, was_unknown: bool) -> None:
    """Answers with the stored payment that has the same key. This request or an earlier one may have stored it.

    If the stored payment belongs to another request with the same key, fails with KeyReused.
    """
    payment = _payment(group)
    if isinstance(stored, PaymentUnreadable):
        _fail(flight, group, stored)
    elif stored.fingerprint != payment.fingerprint:
        _fail(flight, group, KeyReused())
    else:
        is_own = was_unknown and (stored.id, stored.created_at) == (payment.id, payment.created_at)
        _settle(flight, group, stored, is_repeat=not is_own)
