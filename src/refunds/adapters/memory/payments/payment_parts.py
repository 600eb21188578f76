"""Reads, writes, inserts and claims payments in the simulated database. Only `payments` uses this module.

Queues, outcomes and repeats are handled by the MongoDB adapter's code. Only the access to the database is replaced.
"""

import random
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from msgspec.structs import replace
from pymongo.errors import PyMongoError

from refunds.adapters.memory.client import Client
from refunds.adapters.memory.database import Put
from refunds.adapters.memory.payments.payment_documents import PaymentWrite, holds_write, inserted, written
from refunds.adapters.memory.payments.payment_table import Index, PaymentDocument, breaks_rules
from refunds.adapters.mongo.payments.claims import Claims
from refunds.adapters.mongo.payments.commit_batch import CommitWork
from refunds.adapters.mongo.payments.commit_storage import DUPLICATE_KEY, VALIDATOR, Outcomes
from refunds.adapters.mongo.payments.documents import Loaded
from refunds.adapters.mongo.payments.payment_commits import CommitLimits
from refunds.adapters.mongo.payments.payment_inserts import Found, PaymentInserts
from refunds.adapters.mongo.payments.payment_reads import PaymentReads
from refunds.adapters.mongo.payments.stuck_claims import StuckClaims
from refunds.adapters.mongo.stored_forms import Document
from refunds.domain.errors import PaymentUnreadable
from refunds.domain.payment.events import Event
from refunds.domain.payment.payment import Payment, Work
from refunds.kit.group_commit import GroupCommit
from refunds.ports.payments.payments import Whose

Documents = Mapping[str, PaymentDocument]
T = TypeVar("T")


class MemoryReads(PaymentReads):
    """See `PaymentReads`. Each read is an operation of its own, because reads are not grouped here."""

    def __init__(self, client: Client) -> None:  # pylint: disable=super-init-not-called
        self._client = client
        self._table = client.database.payments

    async def by_id(self, payment_id: str) -> Payment | None:
        """See `PaymentReads`."""
        return await self._read(lambda documents, _: _payment(documents.get(payment_id)))

    async def by_route(self, route: str) -> Sequence[Payment]:
        """See `PaymentReads`."""
        return await self._read(
            lambda documents, index: [documents[each].payment for each in index.by_route.get(route, ())]
        )

    async def to_decide_on(self, payment_ids: list[str]) -> dict[str, Loaded | PaymentUnreadable]:
        """See `PaymentReads`."""
        table = self._table
        return await self._client.read("mongo.payments.read_local", lambda: _loaded(table.local, payment_ids))

    async def majority(self, payment_ids: list[str]) -> dict[str, Loaded | PaymentUnreadable]:
        """See `PaymentReads`."""
        return await self._read(lambda documents, _: _loaded(documents, payment_ids))

    async def holders(self, keys: Mapping[str, Collection[str]]) -> dict[tuple[str, str], str]:
        """See `PaymentReads`."""
        wanted = [(merchant_id, key) for merchant_id, of in keys.items() for key in sorted(of)]
        return await self._read(
            lambda _, index: {each: index.by_refund_key[each] for each in wanted if each in index.by_refund_key}
        )

    async def paths(self, payment_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """See `PaymentReads`."""
        return await self._read(
            lambda documents, _: {each: documents[each].payment.path for each in payment_ids if each in documents}
        )

    async def by_key(self, merchant_id: str, idempotency_key: str) -> Payment | None:
        """See `PaymentReads`."""
        key = (merchant_id, idempotency_key)
        return await self._read(lambda documents, index: _payment(documents.get(index.by_refund_key.get(key, ""))))

    async def by_gateway_id(self, gateway: str, gateway_payment_id: str) -> Payment | None:
        """See `PaymentReads`."""
        capture = (gateway, gateway_payment_id)
        return await self._read(lambda documents, index: _payment(documents.get(index.by_capture.get(capture, ""))))

    async def paths_by_gateway_refund_id(self, gateway: str, gateway_refund_id: str) -> dict[str, tuple[str, ...]]:
        """See `PaymentReads`. Reads all payments, because the simulated database has no index for these ids."""
        return await self._read(
            lambda documents, _: {
                each: document.payment.path
                for each, document in documents.items()
                if document.payment.gateway == gateway and _has_id(document.payment, gateway_refund_id)
            }
        )

    async def history(self, payment: Payment, refund_id: str) -> Sequence[Event]:
        """See `PaymentReads`."""
        return await self._read(
            lambda documents, _: documents[payment.id].histories.get(refund_id, ()) if payment.id in documents else ()
        )

    async def _read(self, read: Callable[[Documents, Index], T]) -> T:
        """Runs `read` on the documents that a majority has stored."""
        table = self._table
        return await self._client.read("mongo.payments.read", lambda: read(table.majority, table.majority_index))


class MemoryWrites:
    """See `commit_storage.CommitWrites`."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._table = client.database.payments

    async def write(self, works: list[CommitWork]) -> Outcomes:
        """See `PaymentWrites`. Like a MongoDB bulk write, it does not report which updates matched no document."""
        try:
            matched, refused = await self._client.write(
                "mongo.payments.write", lambda: (self._store(works), ()), " ".join(work.key for work in works)
            )
        except PyMongoError:
            return Outcomes(unknown=works)
        outcomes = Outcomes(refused=[(works[index], code) for index, code in refused.items()])
        rest = [work for index, work in enumerate(works) if index not in refused]
        if matched == len(rest):
            outcomes.applied = rest
        else:
            outcomes.unknown = rest
        return outcomes

    def _store(self, works: list[CommitWork]) -> tuple[int, dict[int, int]]:
        """Stores the updates. Returns the number of matches, and the error codes of refused updates by index."""
        matched, refused = 0, dict[int, int]()
        for index, work in enumerate(works):
            document = self._table.local.get(work.key)
            if document is None or not _stands_before(document, work):
                continue
            write: PaymentWrite = work.update["write"]
            after = written(document, write)
            if breaks_rules(after.payment):
                refused[index] = VALIDATOR
            elif self._table.is_key_taken(after):
                refused[index] = DUPLICATE_KEY
            else:
                matched += 1
                self._client.database.write([Put(self._table, work.key, after)])
        return matched, refused

    async def look_up(self, works: list[CommitWork]) -> Outcomes:
        """See `CommitWrites`."""
        documents = self._table.majority
        keys = [work.key for work in works]
        found = await self._client.read("mongo.payments.look_up", lambda: [documents.get(key) for key in keys])
        outcomes = Outcomes()
        for work, document in zip(works, found, strict=True):
            if document is not None and holds_write(document, work.write_id):
                outcomes.applied.append(work)
            elif document is not None and _stands_before(document, work):
                outcomes.unknown.append(work)
            else:
                outcomes.lost.append(work)
        return outcomes


class MemoryInserts(PaymentInserts):
    """See `PaymentInserts`."""

    def __init__(self, client: Client, limits: CommitLimits) -> None:  # pylint: disable=super-init-not-called
        self._client = client
        self._table = client.database.payments
        self._unknown_wait_s = limits.unknown_wait_s
        self._queue = GroupCommit(fly=self._fly, keys_max=256, per_key_max=1, waiting_max=limits.waiting_max)

    async def _insert(self, payments: list[Payment]) -> dict[int, int]:
        names = " ".join(payment.id for payment in payments)
        return await self._client.write("mongo.payments.insert", lambda: (self._store(payments), ()), names)

    def _store(self, payments: list[Payment]) -> dict[int, int]:
        codes, index = dict[int, int](), self._table.index
        for place, payment in enumerate(payments):
            document = inserted(payment)
            is_known = payment.id in self._table.local
            is_known = is_known or (payment.merchant_id, payment.idempotency_key) in index.by_key
            if breaks_rules(payment):
                codes[place] = VALIDATOR
            elif is_known or (payment.gateway, payment.gateway_payment_id) in index.by_capture:
                codes[place] = DUPLICATE_KEY
            else:
                self._client.database.write([Put(self._table, payment.id, document)])
        return codes

    async def _find_others(self, payments: list[Payment]) -> Found:
        return await self._client.read("mongo.payments.read", lambda: self._others(payments))

    def _others(self, payments: list[Payment]) -> Found:
        documents, index = self._table.majority, self._table.majority_index
        by_key = {}
        for payment in payments:
            key = (payment.merchant_id, payment.idempotency_key)
            if key in index.by_key:
                by_key[key] = documents[index.by_key[key]].payment
        captures = [(payment.gateway, payment.gateway_payment_id) for payment in payments]
        return Found(
            by_key=by_key,
            ids=[payment.id for payment in payments if payment.id in documents],
            captures=[capture for capture in captures if capture in index.by_capture],
        )


class MemoryClaims(Claims):
    """See `Claims`."""

    def __init__(self, client: Client, new_token: Callable[[], str], seeded_random: random.Random) -> None:  # pylint: disable=super-init-not-called
        self._client = client
        self._table = client.database.payments
        self._new_token = new_token
        self._chance = seeded_random
        self._stuck = StuckClaims()
        self._leased: dict[str, list[str]] = {}

    async def _oldest_due(self, work: Work, now: datetime, whose: Whose, payments_max: int) -> list[Document]:
        return await self._client.read("mongo.payments.due", lambda: self._due(work, now, whose, payments_max))

    def _due(self, work: Work, now: datetime, whose: Whose, payments_max: int) -> list[Document]:
        found: list[Document] = []
        for document in self._table.due.until(work, now):
            if len(found) < payments_max and _is_of(document.payment, whose):
                payment = document.payment
                found.append({"_id": payment.id, "due_at": document.due_at, "merchant_id": payment.merchant_id})
        return found

    async def _lease(self, chosen: Sequence[Document], token: str, until: datetime) -> dict[str, str]:
        def lease() -> tuple[None, Sequence[Put]]:
            puts = []
            for candidate in chosen:
                document = self._table.local.get(candidate["_id"])
                if document is not None and document.due_at == candidate["due_at"]:
                    leased = replace(document, due_at=until, lease=token)
                    puts.append(Put(self._table, document.payment.id, leased))
            return None, puts

        names = [candidate["_id"] for candidate in chosen]
        await self._client.write("mongo.payments.claim", lease, " ".join(names))
        self._leased[token] = names
        return {}

    async def _claimed(self, token: str) -> tuple[Sequence[Payment], dict[str, str]]:
        payment_ids = self._leased.pop(token, [])

        def read() -> list[Payment]:
            found = [self._table.majority.get(payment_id) for payment_id in payment_ids]
            return [document.payment for document in found if document is not None and document.lease == token]

        return await self._client.read("mongo.payments.read", read), {}


def _has_id(payment: Payment, gateway_refund_id: str) -> bool:
    return any(each.has_id(gateway_refund_id) for refund in payment.refunds for each in refund.attempts)


def _payment(document: PaymentDocument | None) -> Payment | None:
    return None if document is None else document.payment


def _loaded(documents: Documents, payment_ids: Sequence[str]) -> dict[str, Loaded | PaymentUnreadable]:
    found: dict[str, Loaded | PaymentUnreadable] = {}
    for payment_id in payment_ids:
        document = documents.get(payment_id)
        if document is not None:
            found[payment_id] = Loaded(document.payment, document.last_write)
    return found


def _stands_before(document: PaymentDocument, work: CommitWork) -> bool:
    before = work.before
    is_same_write = document.last_write == work.before_write_id
    return before is not None and document.payment.version == before.version and is_same_write


def _is_of(payment: Payment, whose: Whose) -> bool:
    is_named = whose.only is None or payment.merchant_id in whose.only
    return is_named and payment.merchant_id not in whose.without and payment.gateway not in whose.gateways_without
