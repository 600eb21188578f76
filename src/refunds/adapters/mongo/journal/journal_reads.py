"""Reads payments from the journal. Combines all records of a payment, or a snapshot and the records after it.

Every read is a majority read, even before a decision. Otherwise a decision could be based on a record that a fail-over
removes, and no index would notice this.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from pymongo.asynchronous.collection import AsyncCollection

from refunds.adapters.mongo.journal.record_forms import fold_or_error
from refunds.adapters.mongo.journal.records import named_at_gateway
from refunds.adapters.mongo.journal.snapshots import EVERY_VERSIONS
from refunds.adapters.mongo.payments.documents import Loaded
from refunds.adapters.mongo.payments.outbox_codec import decode_envelope
from refunds.adapters.mongo.payments.payment_reads import PaymentReads
from refunds.adapters.mongo.stored_forms import Document
from refunds.domain import ids
from refunds.domain.errors import PaymentUnreadable
from refunds.domain.payment.events import Event
from refunds.domain.payment.payment import HISTORY_EVENTS_MAX, Payment

WITHOUT_EVENTS = {"events": 0, "keys": 0, "path": 0, "gateway_refund_ids": 0}

Found = dict[str, Loaded | PaymentUnreadable]


class JournalReads(PaymentReads):
    """See `PaymentReads`."""

    def __init__(
        self, journal: AsyncCollection[Any], snapshots: AsyncCollection[Any], *, waiting_max: int = 10_000
    ) -> None:
        super().__init__(journal, journal, waiting_max=waiting_max)
        self._journal = journal
        self._snapshots = snapshots

    async def to_decide_on(self, payment_ids: list[str]) -> Found:
        """See `commit_storage.CommitReads`."""
        return await self.majority(payment_ids)

    async def majority(self, payment_ids: list[str]) -> Found:
        """See `commit_storage.CommitReads`."""
        found = await self._load(ids.payment_route(payment_id) for payment_id in payment_ids)
        return {payment_id: found[payment_id] for payment_id in payment_ids if payment_id in found}

    async def holders(self, keys: Mapping[str, Collection[str]]) -> dict[tuple[str, str], str]:
        """See `commit_storage.CommitReads`."""
        wanted = [{"merchant_id": merchant_id, "keys": {"$in": list(of)}} for merchant_id, of in keys.items()]
        fields = {"merchant_id": 1, "payment_id": 1, "keys": 1}
        records = await self._journal.find(wanted[0] if len(wanted) == 1 else {"$or": wanted}, fields).to_list(None)
        return {(record["merchant_id"], key): record["payment_id"] for record in records for key in record["keys"]}

    async def paths(self, payment_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """See `PaymentReads`. A payment's first record has the payment's id."""
        records = await self._journal.find({"_id": {"$in": list(payment_ids)}}, {"path": 1}).to_list(None)
        return {record["_id"]: tuple(record["path"]) for record in records if "path" in record}

    async def by_key(self, merchant_id: str, idempotency_key: str) -> Payment | None:
        """See `PaymentReads`."""
        return await self._one({"merchant_id": merchant_id, "keys": idempotency_key})

    async def by_gateway_id(self, gateway: str, gateway_payment_id: str) -> Payment | None:
        """See `PaymentReads`."""
        return await self._one({"gateway": gateway, "gateway_payment_id": gateway_payment_id})

    async def paths_by_gateway_refund_id(self, gateway: str, gateway_refund_id: str) -> dict[str, tuple[str, ...]]:
        """See `PaymentReads`."""
        wanted = {"gateway_refund_ids": named_at_gateway(gateway, gateway_refund_id)}
        records = await self._journal.find(wanted, {"payment_id": 1}).to_list(None)
        return await self.paths([record["payment_id"] for record in records]) if records else {}

    async def history(self, payment: Payment, refund_id: str) -> Sequence[Event]:
        """See `PaymentReads`. The records have all events, but only the last HISTORY_EVENTS_MAX are returned."""
        wanted = {"merchant_id": payment.merchant_id, "payment_id": payment.id, "version": {"$gt": 1}}
        cursor = self._journal.find(wanted, {"events": 1, "_id": 0}).sort("version", 1)
        envelopes = [decode_envelope(payment.id, record["events"]) async for record in cursor if "events" in record]
        events = [event for envelope in envelopes for event in envelope.items if event.refund_id == refund_id]
        return events[-HISTORY_EVENTS_MAX:]

    async def _payments(self, payment_ids: list[str]) -> dict[str, Payment | PaymentUnreadable]:
        return {payment_id: _payment(each) for payment_id, each in (await self.majority(payment_ids)).items()}

    async def _payments_by_route(self, routes: list[str]) -> dict[str, list[Payment | PaymentUnreadable]]:
        found: dict[str, list[Payment | PaymentUnreadable]] = {}
        for payment_id, each in (await self._load(routes)).items():
            found.setdefault(ids.payment_route(payment_id), []).append(_payment(each))
        return found

    async def _one(self, wanted: Document) -> Payment | None:
        record = await self._journal.find_one(wanted, {"payment_id": 1})
        if record is None:
            return None
        payment = _payment((await self.majority([record["payment_id"]]))[record["payment_id"]])
        if isinstance(payment, PaymentUnreadable):
            raise payment
        return payment

    async def _load(self, routes: Iterable[str]) -> Found:
        """Returns the payments with these routes, by id. Reads snapshots only for payments with many records."""
        wanted = {"route": {"$in": list(dict.fromkeys(routes))}, "version": {"$lt": EVERY_VERSIONS}}
        records = await self._records(wanted)
        snapshots: dict[str, Document] = {}
        if long := {payment_id: of for payment_id, of in records.items() if len(of) == EVERY_VERSIONS - 1}:
            snapshots = await self._latest_snapshots(long)
            later = await self._records({"$or": [_later(each, snapshots) for each in long.items()]})
            for payment_id, first in long.items():
                records[payment_id] = ([] if payment_id in snapshots else first) + later.get(payment_id, [])
        return {
            payment_id: fold_or_error(payment_id, snapshots.get(payment_id), of) for payment_id, of in records.items()
        }

    async def _records(self, wanted: Document) -> dict[str, list[Document]]:
        """Returns records by payment."""
        found: dict[str, list[Document]] = {}
        for record in await self._journal.find(wanted, WITHOUT_EVENTS).to_list(None):
            found.setdefault(record["payment_id"], []).append(record)
        return found

    async def _latest_snapshots(self, payment_ids: Iterable[str]) -> dict[str, Document]:
        """Returns the latest snapshot of each payment that has one. Older snapshots may not be deleted yet."""
        found: dict[str, Document] = {}
        for snapshot in await self._snapshots.find({"payment_id": {"$in": list(payment_ids)}}).to_list(None):
            known = found.get(snapshot["payment_id"])
            if known is None or known["version"] < snapshot["version"]:
                found[snapshot["payment_id"]] = snapshot
        return found


def _later(payment: tuple[str, list[Document]], snapshots: Mapping[str, Document]) -> Document:
    """Returns the filter for the payment's records after its snapshot, or after the given records if it has none."""
    payment_id, records = payment
    version = snapshots[payment_id]["version"] if payment_id in snapshots else EVERY_VERSIONS - 1
    return {"route": records[0]["route"], "payment_id": payment_id, "version": {"$gt": version}}


def _payment(loaded: Loaded | PaymentUnreadable) -> Payment | PaymentUnreadable:
    return loaded if isinstance(loaded, PaymentUnreadable) else loaded.payment
