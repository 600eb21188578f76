"""Stores payments in MongoDB. It implements `ports.payments.payments` with grouped reads and the group commit."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import PyMongoError

from refunds.adapters.mongo.client import NAIVE_TIMES
from refunds.adapters.mongo.payments.claims import Claims
from refunds.adapters.mongo.payments.payment_commits import CommitLimits, PaymentCommits
from refunds.adapters.mongo.payments.payment_inserts import PaymentInserts
from refunds.adapters.mongo.payments.payment_reads import PaymentReads
from refunds.adapters.mongo.payments.payment_writes import PaymentWrites
from refunds.adapters.mongo.schema import PAYMENTS
from refunds.domain import ids
from refunds.domain.errors import OutcomeUnknown, Overloaded, PaymentNotFound, RefundNotFound, StoreUnavailable
from refunds.domain.payment.events import Event
from refunds.domain.payment.payment import Decision, Payment, Work
from refunds.domain.tenancy import Scope
from refunds.kit.group_commit import QueueFull
from refunds.ports.payments.payments import EVERYBODY, Decide, Whose


class GroupedPayments:
    """Implements `ports.payments.payments` with reads, commits, inserts and claims.

    Each process needs one instance. Its queues turn many requests into one write.
    """

    def __init__(self, reads: PaymentReads, commits: PaymentCommits, inserts: PaymentInserts, claims: Claims) -> None:
        self._reads = reads
        self._commits = commits
        self._inserts = inserts
        self._claims = claims

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
            found = await self._reads.paths(payment_ids)
        except PyMongoError as error:
            raise StoreUnavailable from error
        return {payment_id: path for payment_id, path in found.items() if scope.covers(path)}

    async def get_by_key(self, scope: Scope, merchant_id: str, idempotency_key: str) -> Payment | None:
        """See the port."""
        try:
            found = await self._reads.by_key(merchant_id, idempotency_key)
        except PyMongoError as error:
            raise StoreUnavailable from error
        return found if found is not None and scope.covers(found.path) else None

    async def get_by_gateway_id(self, scope: Scope, gateway: str, gateway_payment_id: str) -> Payment:
        """See the port."""
        try:
            found = await self._reads.by_gateway_id(gateway, gateway_payment_id)
        except PyMongoError as error:
            raise StoreUnavailable from error
        if found is None or not scope.covers(found.path):
            raise PaymentNotFound(id=gateway_payment_id)
        return found

    async def ids_by_gateway_refund_id(self, scope: Scope, gateway: str, gateway_refund_id: str) -> Sequence[str]:
        """See the port."""
        try:
            found = await self._reads.paths_by_gateway_refund_id(gateway, gateway_refund_id)
        except PyMongoError as error:
            raise StoreUnavailable from error
        return sorted(payment_id for payment_id, path in found.items() if scope.covers(path))

    async def change(self, scope: Scope, payment_id: str, decide: Decide) -> Decision:
        """See the port."""
        try:
            return await self._commits.change(scope, payment_id, decide)
        except QueueFull:
            raise Overloaded from None
        except PyMongoError as error:
            raise OutcomeUnknown from error

    async def get_written(self, scope: Scope, payment_id: str) -> Payment:
        """Returns the payment from this process's cache. If the cache lacks the payment, reads it.

        In both cases, a majority has stored the returned version.
        """
        cached = self._commits.cached(payment_id)
        if cached is not None and scope.covers(cached.path):
            return cached
        return await self.get(scope, payment_id)

    async def history(self, scope: Scope, refund_id: str) -> Sequence[Event]:
        """See the port."""
        payment = await self.get_by_refund(scope, refund_id)
        try:
            return await self._reads.history(payment, refund_id)
        except PyMongoError as error:
            raise StoreUnavailable from error

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
        """Returns the number of due payments that this process could not claim or read, and skips for now."""
        return self._claims.stuck_count

    async def drain(self) -> None:
        """Waits until every accepted write has been answered."""
        await self._commits.drain()
        await self._inserts.drain()


class MongoPaymentStore(GroupedPayments):
    """The payment store in MongoDB. See `GroupedPayments`."""

    def __init__(
        self,
        database: AsyncDatabase[Any],
        new_token: Callable[[], str],
        limits: CommitLimits | None = None,
        *,
        updates: AsyncDatabase[Any] | None = None,
    ) -> None:
        """`updates` is the same database, opened by a client that does not retry writes.

        Retries are not needed, because the group commit looks up each unknown outcome by the write's own id. If
        `updates` is None, `database` is used for these writes as well.
        """
        bounds = limits or CommitLimits()
        collection = database[PAYMENTS].with_options(codec_options=NAIVE_TIMES)
        updated = None if updates is None else updates[PAYMENTS].with_options(codec_options=NAIVE_TIMES)
        reads = PaymentReads(collection, database[PAYMENTS], waiting_max=bounds.waiting_max)
        super().__init__(
            reads,
            PaymentCommits(PaymentWrites(collection, updated), reads, new_token, bounds),
            PaymentInserts(collection, waiting_max=bounds.waiting_max, unknown_wait_s=bounds.unknown_wait_s),
            Claims(collection, new_token),
        )
