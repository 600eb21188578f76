"""Claims payments with due work, so that other workers do not take the same work.

The module reads candidates by a covered index, claims a random sample in one bulk write, and reads the claimed
payments. A claim sets `due_at` to the end of the lease, so other workers do not find the payment until then.

If a worker loses its claim, the only cost is one read. Correctness depends on the decision on the current payment
(`begin_step`), never on the lease. A payment that cannot be claimed or read is skipped for a while, because it would
take the place of another candidate.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import UpdateOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError

from refunds.adapters.mongo.client import LOCAL
from refunds.adapters.mongo.payments.commit_storage import REFUSALS
from refunds.adapters.mongo.payments.documents import WITHOUT_HISTORY, to_payment_or_error
from refunds.adapters.mongo.payments.stuck_claims import StuckClaims
from refunds.adapters.mongo.stored_forms import Document
from refunds.domain.errors import PaymentUnreadable
from refunds.domain.payment.payment import Payment, Work
from refunds.ports.payments.payments import Whose

CANDIDATES_MAX = 800
ROUNDS_MAX = 16
"""Maximum number of samples per claim. Another sample is drawn only if no payment of the last one was claimed."""


class Claims:
    """Claims payments for one process."""

    _candidate_fields: Mapping[str, int] = {"_id": 1, "due_at": 1, "merchant_id": 1}

    def __init__(
        self, collection: AsyncCollection[Any], new_token: Callable[[], str], seeded_random: random.Random | None = None
    ) -> None:
        self._collection = collection
        self._local = collection.with_options(read_concern=LOCAL)
        self._new_token = new_token
        self._chance = seeded_random or random.Random()  # noqa: S311 - a sample of the due work, no secret
        self._stuck = StuckClaims()

    @property
    def stuck_count(self) -> int:
        """Returns the number of payments that this process could not claim or read, and skips for now."""
        return self._stuck.count

    async def claim(
        self, work: Work, now: datetime, lease_s: float, claims_max: int, whose: Whose
    ) -> Sequence[Payment]:
        """Claims at most `claims_max` due payments for `lease_s` seconds.

        After the claim, reads the claimed payments from a majority and returns them.
        """
        self._stuck.release(now)
        for _ in range(ROUNDS_MAX):
            candidates = await self._candidates(work, now, whose)
            chosen = self._chance.sample(candidates, min(claims_max, len(candidates)))
            if not chosen:
                return ()
            token, until = self._new_token(), now + timedelta(seconds=lease_s)
            stuck = await self._lease(chosen, token, until)
            payments, unreadable = await self._claimed(token)
            self._stuck.put(stuck | unreadable, now)
            if payments or not stuck | unreadable:
                return payments
        return ()

    async def _claimed(self, token: str) -> tuple[Sequence[Payment], dict[str, str]]:
        """Returns the readable claimed payments, and a map from the id of each unreadable payment to the reason."""
        return _read(await self._collection.find({"lease": token}, WITHOUT_HISTORY).to_list(None))

    async def _candidates(self, work: Work, now: datetime, whose: Whose) -> list[Document]:
        """Returns the oldest due payments. Leaves out the payments that are skipped for now."""
        free = self._stuck.free(await self._oldest_due(work, now, whose, CANDIDATES_MAX + self._stuck.count))
        if whose.is_one_each:
            return list({c.get("merchant_id"): c for c in reversed(free)}.values())
        return free

    async def _oldest_due(self, work: Work, now: datetime, whose: Whose, payments_max: int) -> list[Document]:
        """Returns the `_id`, `due_at` and `merchant_id` of the oldest due payments. Reads them from the primary."""
        due = {"due_for": work.value, "due_at": {"$lte": now}, **_filter(whose)}
        return await self._local.find(due, self._candidate_fields).sort("due_at", 1).limit(payments_max).to_list(None)

    async def _lease(self, chosen: Sequence[Document], token: str, until: datetime) -> dict[str, str]:
        """Leases the chosen payments in one bulk write.

        A document that breaks the validator cannot be leased. Returns the reasons for these documents by id.
        """
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
            return {chosen[found["index"]]["_id"]: f"code {found['code']}" for found in refused}
        return {}


def _read(documents: Sequence[Mapping[str, Any]]) -> tuple[Sequence[Payment], dict[str, str]]:
    """Returns the readable payments, and a map from the id of each unreadable payment to the reason."""
    payments: list[Payment] = []
    unreadable: dict[str, str] = {}
    for document in documents:
        payment = to_payment_or_error(document)
        if isinstance(payment, PaymentUnreadable):
            unreadable[document["_id"]] = type(payment.__cause__).__name__
        else:
            payments.append(payment)
    return payments, unreadable


def _filter(whose: Whose) -> Document:
    """Returns the MongoDB filter for the wanted merchants and gateways.

    The index finds the merchants. If gateways are excluded, MongoDB must read each candidate's document.
    """
    found: Document = {}
    if whose.only is not None or whose.without:
        named = {} if whose.only is None else {"$in": sorted(whose.only)}
        found["merchant_id"] = named | ({"$nin": sorted(whose.without)} if whose.without else {})
    if whose.gateways_without:
        found["gateway"] = {"$nin": sorted(whose.gateways_without)}
    return found
