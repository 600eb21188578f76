"""Reads payments. Calls that arrive while a read is running share the next read.

If one payment cannot be read, only the call for this payment fails. Callers get answers from majority reads. Local
reads are used only before a conditional write.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pymongo.asynchronous.collection import AsyncCollection

from refunds.adapters.mongo.client import LOCAL
from refunds.adapters.mongo.payments.documents import (
    TO_DECIDE_ON,
    WITHOUT_HISTORY,
    Loaded,
    to_event,
    to_payment,
    to_payment_or_error,
)
from refunds.adapters.mongo.schema import GATEWAY_REFUND_IDS
from refunds.adapters.mongo.stored_forms import Document
from refunds.domain.errors import PaymentUnreadable
from refunds.domain.payment.events import Event
from refunds.domain.payment.payment import Payment
from refunds.kit.group_commit import Group, GroupCommit


class PaymentReads:
    """Reads payments by id or by a refund's route (a part of the refund's id).

    Most methods read what a majority has stored. `local` reads from the primary for decisions. `collection` returns
    times without a zone. `aware` is the same collection, but returns times in UTC. Passes on errors of the type
    PyMongoError.
    """

    def __init__(
        self, collection: AsyncCollection[Any], aware: AsyncCollection[Any], *, waiting_max: int = 10_000
    ) -> None:
        self._majority = collection
        self._aware = aware
        self._local = collection.with_options(read_concern=LOCAL)
        self._by_id: GroupCommit[str, None, Payment | None] = GroupCommit(
            fly=self._read_ids, per_key_max=10_000, waiting_max=waiting_max
        )
        self._by_route: GroupCommit[str, None, Sequence[Payment]] = GroupCommit(
            fly=self._read_routes, per_key_max=10_000, waiting_max=waiting_max
        )

    async def by_id(self, payment_id: str) -> Payment | None:
        """Returns the payment that a majority has stored, or None."""
        return await self._by_id.submit(payment_id, None)

    async def by_route(self, route: str) -> Sequence[Payment]:
        """Returns the payments that may have refunds with this route in their ids. Usually there is only one."""
        return await self._by_route.submit(route, None)

    async def to_decide_on(self, payment_ids: list[str]) -> dict[str, Loaded | PaymentUnreadable]:
        """See `commit_storage.CommitReads`. Reads the primary's present versions."""
        return await _load(self._local, payment_ids)

    async def majority(self, payment_ids: list[str]) -> dict[str, Loaded | PaymentUnreadable]:
        """Returns the versions that a majority has stored. Use them for decisions and for answers."""
        return await _load(self._majority, payment_ids)

    async def holders(self, keys: Mapping[str, Collection[str]]) -> dict[tuple[str, str], str]:
        """Returns which payments have refunds with these idempotency keys. Makes one majority read.

        `keys` are idempotency keys by merchant id. The result maps a merchant id and a key to the id of the payment.
        Keys that no payment has are missing.
        """
        wanted = [{"merchant_id": m, "refunds.idempotency_key": {"$in": list(of)}} for m, of in keys.items()]
        fields = {"merchant_id": 1, "refunds.idempotency_key": 1}
        documents = await self._majority.find(wanted[0] if len(wanted) == 1 else {"$or": wanted}, fields).to_list(None)
        return {
            (document["merchant_id"], refund["idempotency_key"]): document["_id"]
            for document in documents
            for refund in document["refunds"]
        }

    async def paths(self, payment_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Returns the tenant path of each payment that exists, by payment id."""
        documents = await self._aware.find({"_id": {"$in": list(payment_ids)}}, {"path": 1}).to_list(None)
        return {document["_id"]: tuple(document["path"]) for document in documents}

    async def by_key(self, merchant_id: str, idempotency_key: str) -> Payment | None:
        """Returns the merchant's payment that has a refund with this idempotency key, or None.

        Raises PaymentUnreadable if the payment cannot be read.
        """
        return await self._one({"merchant_id": merchant_id, "refunds.idempotency_key": idempotency_key})

    async def by_gateway_id(self, gateway: str, gateway_payment_id: str) -> Payment | None:
        """Returns the payment with this gateway payment id, or None. Raises PaymentUnreadable."""
        return await self._one({"gateway": gateway, "gateway_payment_id": gateway_payment_id})

    async def paths_by_gateway_refund_id(self, gateway: str, gateway_refund_id: str) -> dict[str, tuple[str, ...]]:
        """Maps payment ids to tenant paths, for all payments that have a refund with this gateway refund id."""
        paths: dict[str, tuple[str, ...]] = {}
        for field, index in GATEWAY_REFUND_IDS.items():
            found = self._majority.find({"gateway": gateway, field: gateway_refund_id}, {"path": 1}).hint(index)
            paths |= {document["_id"]: tuple(document["path"]) for document in await found.to_list(None)}
        return paths

    async def _one(self, wanted: Document) -> Payment | None:
        document = await self._majority.find_one(wanted, WITHOUT_HISTORY)
        return None if document is None else to_payment(document)

    async def history(self, payment: Payment, refund_id: str) -> Sequence[Event]:
        """Returns the latest events of one refund of the payment, the oldest first."""
        document = await self._aware.find_one(
            {"_id": payment.id, "merchant_id": payment.merchant_id},
            {"refunds": {"$elemMatch": {"id": refund_id}}},
        )
        refunds = (document or {}).get("refunds", [])
        return [to_event(event) for refund in refunds for event in refund["history"]]

    async def _payments(self, payment_ids: list[str]) -> Mapping[str, Payment | PaymentUnreadable]:
        """Returns the payments that a majority has stored, by id."""
        return {d["_id"]: to_payment_or_error(d) for d in await _find(self._majority, payment_ids, WITHOUT_HISTORY)}

    async def _payments_by_route(self, routes: list[str]) -> Mapping[str, Sequence[Payment | PaymentUnreadable]]:
        """Returns the payments that a majority has stored, by route."""
        found: dict[str, list[Payment | PaymentUnreadable]] = {}
        fields = {name: wanted for name, wanted in WITHOUT_HISTORY.items() if name != "route"}
        wanted: Any = routes[0] if len(routes) == 1 else {"$in": routes}
        for document in await self._majority.find({"route": wanted}, fields).to_list(None):
            found.setdefault(document.pop("route"), []).append(to_payment_or_error(document))
        return found

    async def _read_ids(self, groups: Sequence[Group[str, None, Payment | None]]) -> None:
        found = await self._payments([group.key for group in groups])
        for group in groups:
            payment = found.get(group.key)
            for pending in group.pending:
                if isinstance(payment, PaymentUnreadable):
                    pending.fail(payment)
                else:
                    pending.settle(payment)

    async def _read_routes(self, groups: Sequence[Group[str, None, Sequence[Payment]]]) -> None:
        found = await self._payments_by_route([group.key for group in groups])
        for group in groups:
            payments, unreadable = list[Payment](), None
            for each in found.get(group.key, ()):
                if isinstance(each, PaymentUnreadable):
                    unreadable = each
                else:
                    payments.append(each)
            for pending in group.pending:
                if unreadable is not None:
                    pending.fail(unreadable)
                else:
                    pending.settle(payments)


async def _load(collection: AsyncCollection[Any], payment_ids: list[str]) -> dict[str, Loaded | PaymentUnreadable]:
    found: dict[str, Loaded | PaymentUnreadable] = {}
    for document in await _find(collection, payment_ids, TO_DECIDE_ON):
        payment = to_payment_or_error(document)
        if isinstance(payment, PaymentUnreadable):
            found[document["_id"]] = payment
        else:
            found[document["_id"]] = Loaded(payment, document.get("last_write"))
    return found


async def _find(collection: AsyncCollection[Any], payment_ids: list[str], fields: Document) -> list[Document]:
    wanted: Any = payment_ids[0] if len(payment_ids) == 1 else {"$in": payment_ids}
    return await collection.find({"_id": wanted}, fields).to_list(None)
