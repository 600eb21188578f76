"""The payment store on MongoDB: what `ports.payments` promises, made of grouped reads and the group commit."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from refunds.adapters.mongo.claims import Claims
from refunds.adapters.mongo.client import NAIVE_TIMES
from refunds.adapters.mongo.documents import WITHOUT_HISTORY, to_event, to_payment
from refunds.adapters.mongo.payment_commits import CommitLimits, PaymentCommits
from refunds.adapters.mongo.payment_inserts import PaymentInserts
from refunds.adapters.mongo.payment_reads import PaymentReads
from refunds.adapters.mongo.schema import PAYMENTS
from refunds.domain import ids
from refunds.domain.errors import OutcomeUnknown, Overloaded, PaymentNotFound, RefundNotFound, StoreUnavailable
from refunds.domain.events import Event
from refunds.domain.payment import Decision, Payment, Work
from refunds.domain.tenancy import Scope
from refunds.kit.group_commit import QueueFull
from refunds.ports.payments import EVERYBODY, Decide, Whose


class MongoPaymentStore:
    """One per process: its queues are what makes many requests one write."""

    def __init__(
        self, database: AsyncDatabase[Any], new_token: Callable[[], str], limits: CommitLimits | None = None
    ) -> None:
        bounds = limits or CommitLimits()
        self._collection = database[PAYMENTS].with_options(codec_options=NAIVE_TIMES)
        self._aware = database[PAYMENTS]
        self._reads = PaymentReads(self._collection, waiting_max=bounds.waiting_max)
        self._commits = PaymentCommits(self._collection, self._reads, new_token, bounds)
        self._inserts = PaymentInserts(
            self._collection, waiting_max=bounds.waiting_max, unknown_wait_s=bounds.unknown_wait_s
        )
        self._claims = Claims(self._collection, new_token)

    async def add(self, payment: Payment) -> tuple[Payment, bool]:
        """See the port."""
        try:
            return await self._inserts.add(payment)
        except QueueFull:
            raise Overloaded from None
        except PyMongoError as error:
            raise OutcomeUnknown from error

    async def get(self, scope: Scope, payment_id: str) -> Payment:
        """See the port."""
        try:
            payment = await self._reads.by_id(payment_id)
        except QueueFull:
            raise Overloaded from None
        except PyMongoError as error:
            raise StoreUnavailable from error
        if payment is None or not scope.covers(payment.path):
            raise PaymentNotFound(id=payment_id)
        return payment

    async def get_by_refund(self, scope: Scope, refund_id: str) -> Payment:
        """See the port."""
        route = ids.route_of(refund_id)
        if route is None:
            raise RefundNotFound(id=refund_id)
        try:
            payments = await self._reads.by_route(route.payment_route)
        except QueueFull:
            raise Overloaded from None
        except PyMongoError as error:
            raise StoreUnavailable from error
        for payment in payments:
            if scope.covers(payment.path) and any(refund.id == refund_id for refund in payment.refunds):
                return payment
        raise RefundNotFound(id=refund_id)

    async def paths(self, scope: Scope, payment_ids: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
        """See the port."""
        try:
            wanted = {"_id": {"$in": list(payment_ids)}}
            documents = await self._aware.find(wanted, {"path": 1}).to_list(None)
        except PyMongoError as error:
            raise StoreUnavailable from error
        found = {document["_id"]: tuple(document["path"]) for document in documents}
        return {payment_id: path for payment_id, path in found.items() if scope.covers(path)}

    async def get_by_key(self, scope: Scope, merchant_id: str, idempotency_key: str) -> Payment | None:
        """See the port."""
        found = await self._find_one({"merchant_id": merchant_id, "refunds.idempotency_key": idempotency_key})
        return found if found is not None and scope.covers(found.path) else None

    async def get_by_gateway_id(self, scope: Scope, gateway: str, gateway_payment_id: str) -> Payment:
        """See the port."""
        found = await self._find_one({"gateway": gateway, "gateway_payment_id": gateway_payment_id})
        if found is None or not scope.covers(found.path):
            raise PaymentNotFound(id=gateway_payment_id)
        return found

    async def _find_one(self, wanted: dict[str, Any]) -> Payment | None:
        try:
            document = await self._collection.find_one(wanted, WITHOUT_HISTORY)
        except PyMongoError as error:
            raise StoreUnavailable from error
        return None if document is None else to_payment(document)

    async def change(self, scope: Scope, payment_id: str, decide: Decide) -> Decision:
        """See the port."""
        try:
            return await self._commits.change(scope, payment_id, decide)
        except QueueFull:
            raise Overloaded from None
        except PyMongoError as error:
            raise OutcomeUnknown from error

    async def get_written(self, scope: Scope, payment_id: str) -> Payment:
        """What this process last wrote of the payment, majority-committed; else a majority read."""
        cached = self._commits.cached(payment_id)
        if cached is not None and scope.covers(cached.path):
            return cached
        return await self.get(scope, payment_id)

    async def history(self, scope: Scope, refund_id: str) -> Sequence[Event]:
        """See the port."""
        payment = await self.get_by_refund(scope, refund_id)
        try:
            document = await self._aware.find_one(
                {"_id": payment.id, "merchant_id": payment.merchant_id},
                {"refunds": {"$elemMatch": {"id": refund_id}}},
            )
        except PyMongoError as error:
            raise StoreUnavailable from error
        refunds = (document or {}).get("refunds", [])
        return [to_event(event) for refund in refunds for event in refund["history"]]

    async def claim_due(
        self, work: Work, now: datetime, lease_s: float, claims_max: int, whose: Whose = EVERYBODY
    ) -> Sequence[Payment]:
        """See the port."""
        try:
            return await self._claims.claim(work, now, lease_s, claims_max, whose)
        except PyMongoError as error:
            raise StoreUnavailable from error

    @property
    def stuck_count(self) -> int:
        """How many due payments this process could not claim or read, and leaves alone for a while."""
        return self._claims.stuck_count

    async def drain(self) -> None:
        """Waits until every accepted write is answered."""
        await self._commits.drain()
        await self._inserts.drain()
