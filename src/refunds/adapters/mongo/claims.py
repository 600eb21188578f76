"""Claims of due work: candidates by a covered index, a random share of them, one bulk compare-and-set, read back.

Moving `due_at` to the lease's end is what keeps other workers away; a claim that is lost costs nothing but a look.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from pymongo import UpdateOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError

from refunds.adapters.mongo.client import LOCAL
from refunds.adapters.mongo.documents import WITHOUT_HISTORY, Document, PaymentUnreadable, to_payment_or_error
from refunds.adapters.mongo.payment_writes import REFUSALS
from refunds.domain.payment import Payment, Work

CANDIDATES_MAX = 800
SAID_EVERY = timedelta(minutes=5)
SAID_MAX = 1_000

log = structlog.get_logger()


class Claims:
    """The claimer of one process."""

    def __init__(self, collection: AsyncCollection[Any], new_token: Callable[[], str]) -> None:
        self._collection = collection
        self._local = collection.with_options(read_concern=LOCAL)
        self._new_token = new_token
        self._said: dict[str, datetime] = {}

    async def claim(self, work: Work, now: datetime, lease_s: float, claims_max: int) -> Sequence[Payment]:
        """The claimed payments, read after the claim by a majority read."""
        due = {"due_for": work.value, "due_at": {"$lte": now}}
        fields = {"_id": 1, "due_at": 1, "merchant_id": 1}
        candidates = await self._local.find(due, fields).sort("due_at", 1).limit(CANDIDATES_MAX).to_list(None)
        chosen = random.sample(candidates, min(claims_max, len(candidates)))
        if not chosen:
            return ()
        token, until = self._new_token(), now + timedelta(seconds=lease_s)
        await self._lease(chosen, token, until, now)
        claimed = await self._collection.find({"lease": token}, WITHOUT_HISTORY).to_list(None)
        return list(self._readable(claimed, now))

    async def _lease(self, chosen: Sequence[Document], token: str, until: datetime, now: datetime) -> None:
        """One bulk; a document that breaks the collection's rules cannot be leased, and keeps no other from it."""
        leases = [
            UpdateOne(
                {"_id": c["_id"], "merchant_id": c.get("merchant_id"), "due_at": c["due_at"]},
                {"$set": {"due_at": until, "lease": token}},
            )
            for c in chosen
        ]
        try:
            await self._collection.bulk_write(leases, ordered=False)
        except BulkWriteError as error:
            details = error.details or {}
            refused = details.get("writeErrors", ())
            if details.get("writeConcernErrors") or not {found["code"] for found in refused} <= REFUSALS:
                raise
            for found in refused:
                self._say(str(chosen[found["index"]]["_id"]), f"code {found['code']}", now)

    def _readable(self, documents: Sequence[Document], now: datetime) -> Iterator[Payment]:
        """Those that can be read; the others are claimed again when their lease ends."""
        for document in documents:
            payment = to_payment_or_error(document)
            if isinstance(payment, PaymentUnreadable):
                self._say(str(document["_id"]), type(payment.__cause__).__name__, now)
            else:
                yield payment

    def _say(self, payment_id: str, reason: str, now: datetime) -> None:
        """Now and then, since the sweep finds such a payment every time."""
        if payment_id in self._said and now - self._said[payment_id] < SAID_EVERY:
            return
        if len(self._said) >= SAID_MAX:
            self._said.clear()
        self._said[payment_id] = now
        log.error("payment.unreadable", payment_id=payment_id, reason=reason)
