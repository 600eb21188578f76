"""Claims due work of the journal. A claim sets the due time of each entry to the lease's end and reads the payments.

An entry is valid only if its write is the payment's last one. Entries of earlier versions are removed here as well. An
entry without a stored version may belong to a running write, so only a second claim removes it.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pymongo.asynchronous.collection import AsyncCollection

from refunds.adapters.mongo.journal.journal_reads import JournalReads
from refunds.adapters.mongo.payments.claims import ROUNDS_MAX, Claims
from refunds.adapters.mongo.stored_forms import Document
from refunds.domain.errors import PaymentUnreadable
from refunds.domain.payment.payment import Payment, Work
from refunds.ports.payments.payments import Whose

FIELDS = {"_id": 1, "payment_id": 1, "merchant_id": 1, "version": 1, "due_at": 1, "lease": 1}


@dataclass(slots=True)
class Claimed:
    """The result of a claim. `unreadable` maps payment ids to reasons. `gone` has the ids of outdated entries."""

    live: list[Payment] = field(default_factory=list)
    unreadable: dict[str, str] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)


class JournalClaims(Claims):
    """See `Claims`."""

    _candidate_fields = FIELDS

    def __init__(
        self,
        due: AsyncCollection[Any],
        reads: JournalReads,
        new_token: Callable[[], str],
        seeded_random: random.Random | None = None,
    ) -> None:
        super().__init__(due, new_token, seeded_random)
        self._reads = reads

    async def claim(
        self, work: Work, now: datetime, lease_s: float, claims_max: int, whose: Whose
    ) -> Sequence[Payment]:
        """See `Claims`."""
        self._stuck.release(now)
        for _ in range(ROUNDS_MAX):
            candidates = await self._candidates(work, now, whose)
            chosen = self._chance.sample(candidates, min(claims_max, len(candidates)))
            if not chosen:
                return ()
            claimed = await self._claimed_of(chosen, now, now + timedelta(seconds=lease_s))
            if claimed.gone:
                await self._collection.delete_many({"_id": {"$in": claimed.gone}})
            self._stuck.put(claimed.unreadable, now)
            if claimed.live or not (claimed.unreadable or claimed.gone):
                return claimed.live
        return ()

    async def _claimed_of(self, chosen: Sequence[Mapping[str, Any]], now: datetime, until: datetime) -> Claimed:
        """Leases the chosen entries, and reads their payments from a majority."""
        entries = await self._leased(chosen, now, until)
        was_leased = {candidate["entry"] for candidate in chosen if "lease" in candidate}
        found = await self._reads.majority([entry["payment_id"] for entry in entries])
        claimed = Claimed()
        for entry in entries:
            loaded = found.get(entry["payment_id"])
            if isinstance(loaded, PaymentUnreadable):
                claimed.unreadable[entry["payment_id"]] = type(loaded.__cause__).__name__
            elif loaded is not None and loaded.write_id == entry["_id"]:
                claimed.live.append(loaded.payment)
            elif entry["_id"] in was_leased or (loaded and loaded.payment.version >= entry["version"]):
                claimed.gone.append(entry["_id"])
        return claimed

    async def _oldest_due(self, work: Work, now: datetime, whose: Whose, payments_max: int) -> list[Document]:
        """Returns due entries under the ids of their payments, the oldest first."""
        entries = await super()._oldest_due(work, now, whose, payments_max)
        return [{**entry, "entry": entry["_id"], "_id": entry["payment_id"]} for entry in entries]

    async def _leased(
        self, chosen: Sequence[Mapping[str, Any]], now: datetime, until: datetime
    ) -> Sequence[Mapping[str, Any]]:
        """Leases the entries that are still due, and returns them."""
        token = self._new_token()
        wanted = {"_id": {"$in": [candidate["entry"] for candidate in chosen]}, "due_at": {"$lte": now}}
        await self._collection.update_many(wanted, {"$set": {"due_at": until, "lease": token}})
        return await self._collection.find({"lease": token}, FIELDS).to_list(None)
