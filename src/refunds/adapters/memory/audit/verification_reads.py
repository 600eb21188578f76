"""Reads the read models and the audit log of the simulated database.

It implements `ports.audit.verification_reads` for tests and the simulator.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeVar

from pymongo.errors import PyMongoError

from refunds.adapters.memory.audit.audit_records import chain_after
from refunds.adapters.memory.client import Client
from refunds.adapters.memory.database import MemoryDatabase
from refunds.adapters.memory.line import DIRECT, Line
from refunds.adapters.memory.payments.bulk_files import BULK_FILES
from refunds.adapters.memory.projections.positions import current_generation, read_position
from refunds.adapters.memory.projections.quarantine import SET_ASIDE, KeptPayment
from refunds.adapters.mongo.audit_log import record_id
from refunds.adapters.mongo.projections.offsets import POSITION_ID
from refunds.adapters.mongo.read_model_schema import (
    AUDIT_HEADS,
    LEDGER,
    REFUND_LIST,
    ROLL_UPS,
    of_generation,
)
from refunds.domain.audit.hash_chain import AuditEntry, ChainHead, ChainLink
from refunds.domain.errors import StoreUnavailable
from refunds.domain.ledger.ledger import LedgerEntry
from refunds.domain.refund.bulk_file import BulkFile
from refunds.domain.verification.payment_findings import GatewayIdShared, KeyOfSeveralPayments
from refunds.ports.audit.verification_reads import Audited, LedgerSum, Named, RolledUp, WaitingPayment, shared_id
from refunds.ports.projections.read_models import ListedRefund, Phase

T = TypeVar("T")

LOOK_EVERY_S = 0.05
SETTINGS = re.compile(rb'"type":"(tenant\.added|parameter\.set)"')


class MemoryVerificationReads:
    """See `ports.audit.verification_reads`. Raises StoreUnavailable if the database does not answer.

    `caught_up` looks every `look_every_s` seconds whether the readers have caught up.
    """

    def __init__(self, database: MemoryDatabase, line: Line = DIRECT, *, look_every_s: float = LOOK_EVERY_S) -> None:
        self._database = database
        self._look_every_s = look_every_s
        self._client = Client(database, line)

    async def caught_up(self, timeout_s: float) -> bool:
        """See the port."""
        until = await self._read(self._database.moment)
        try:
            async with asyncio.timeout(timeout_s):
                while not await self._has_read_to(until):  # noqa: ASYNC110 - another process moves it
                    await asyncio.sleep(self._look_every_s)
        except TimeoutError:
            return False
        return True

    async def _has_read_to(self, until: int) -> bool:
        try:
            position = await read_position(self._client, POSITION_ID)
        except PyMongoError as error:
            raise StoreUnavailable from error
        return position.phase is Phase.STREAMING and position.read_to >= until

    async def rows(self, refund_ids: Sequence[str]) -> Mapping[str, ListedRefund]:
        """See the port."""
        return await self._read(lambda: _those(self._current(REFUND_LIST), refund_ids))

    async def entries(self, entry_ids: Sequence[str]) -> Sequence[LedgerEntry]:
        """See the port."""
        return list((await self._read(lambda: _those(self._current(LEDGER), entry_ids))).values())

    async def listed_after(self, refund_id: str, rows_max: int) -> Sequence[Named]:
        """See the port."""
        rows = await self._read(lambda: _after(self._current(REFUND_LIST), refund_id, rows_max))
        return [Named(id=each.row.id, payment_id=each.row.payment_id) for each in rows]

    async def posted_after(self, entry_id: str, entries_max: int) -> Sequence[Named]:
        """See the port."""
        entries = await self._read(lambda: _after(self._current(LEDGER), entry_id, entries_max))
        return [Named(id=each.id, payment_id=each.payment_id) for each in entries]

    async def records(self, subjects: Sequence[str]) -> Sequence[AuditEntry]:
        """See the port."""
        log = self._database.audit_log

        def read() -> Sequence[AuditEntry]:
            found = [log.versions_of(subject) for subject in dict.fromkeys(subjects)]
            return [log.majority[key].entry for versions in found for key in versions.values()]

        return await self._read(read)

    async def audited_after(self, record_id: str, records_max: int) -> Sequence[Audited]:
        """See the port."""
        records = self._database.audit_log.majority

        def read() -> Sequence[Audited]:
            following = sorted(key for key in records if key > record_id)[:records_max]
            entries = [(key, records[key].entry) for key in following]
            return [Audited(id=key, subject=entry.subject, version=entry.version) for key, entry in entries]

        return await self._read(read)

    async def files(self, wanted: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], BulkFile]:
        """See the port."""
        kept: Mapping[str, BulkFile] = self._database.tables[BULK_FILES].majority
        ids = [(file, "/".join(file)) for file in wanted]
        return await self._read(lambda: {file: kept[each] for file, each in ids if each in kept})

    async def waiting_of(self, payment_ids: Sequence[str]) -> Collection[str]:
        """See the port."""
        kept = self._database.tables[SET_ASIDE].majority
        keys = [(each, f"{POSITION_ID}:{each}") for each in payment_ids]
        return await self._read(lambda: [each for each, key in keys if key in kept and kept[key].is_named])

    async def waiting(self, after_id: str, payments_max: int) -> Sequence[WaitingPayment]:
        """See the port."""

        def read() -> Sequence[WaitingPayment]:
            kept: Mapping[str, KeptPayment] = self._database.tables[SET_ASIDE].majority
            following = sorted(key for key in kept if key > after_id and kept[key].is_named)[:payments_max]
            return [_waiting(key, kept[key]) for key in following]

        return await self._read(read)

    async def audited_settings(self) -> Sequence[str]:
        """See the port."""
        records = self._database.audit_log.majority
        settings = await self._read(
            lambda: [each.entry for each in records.values() if SETTINGS.search(each.entry.body)]
        )
        return list(dict.fromkeys(entry.subject for entry in settings))

    async def roll_ups(self, after_id: str, days_max: int) -> Sequence[RolledUp]:
        """See the port."""
        return await self._read(lambda: _after(self._current(ROLL_UPS), after_id, days_max))

    async def rows_count(self) -> int:
        """See the port."""
        return await self._read(lambda: len(self._current(REFUND_LIST)))

    async def ledger_sums(self) -> Sequence[LedgerSum]:
        """See the port."""

        def read() -> Sequence[LedgerSum]:
            sums: dict[str, tuple[int, int, int]] = {}
            for entry in self._current(LEDGER).values():
                count, gateway, merchant = sums.get(entry.currency, (0, 0, 0))
                sums[entry.currency] = (count + 1, gateway + entry.gateway_amount, merchant + entry.merchant_amount)
            return [
                LedgerSum(currency=currency, entries=count, gateway_amount=gateway, merchant_amount=merchant)
                for currency, (count, gateway, merchant) in sorted(sums.items())
            ]

        return await self._read(read)

    async def repeated_keys(self, keys_max: int) -> Sequence[KeyOfSeveralPayments]:
        """See the port."""

        def read() -> Sequence[KeyOfSeveralPayments]:
            counts: Counter[tuple[str, str]] = Counter()
            first: dict[tuple[str, str], str] = {}
            for document in self._database.payments.majority.values():
                for refund in document.payment.refunds:
                    key = (document.payment.merchant_id, refund.idempotency_key)
                    counts[key] += 1
                    first[key] = min(first.get(key, refund.id), refund.id)
            repeated = [(key, count) for key, count in counts.items() if count > 1][:keys_max]
            return [
                KeyOfSeveralPayments(refund_id=first[key], count=count, merchant_id=key[0]) for key, count in repeated
            ]

        return await self._read(read)

    async def shared_gateway_ids(self, ids_max: int) -> Sequence[GatewayIdShared]:
        """See the port."""

        def read() -> Sequence[GatewayIdShared]:
            payments: dict[tuple[str, str], dict[str, None]] = {}
            for document in self._database.payments.majority.values():
                payment = document.payment
                for refund in payment.refunds:
                    for attempt in refund.attempts:
                        for name in (attempt.gateway_refund_id, *attempt.doubts.other_ids):
                            payments.setdefault((payment.gateway, name), {})[payment.id] = None
            shared = [(key, tuple(of)) for key, of in payments.items() if key[1] and len(of) > 1]
            return [shared_id(*key, of) for key, of in shared[:ids_max]]

        return await self._read(read)

    async def heads(self, after_chain: str, heads_max: int) -> Sequence[ChainHead]:
        """See the port."""
        heads = self._database.tables[AUDIT_HEADS].majority
        return await self._read(lambda: _after(heads, after_chain, heads_max))

    async def stored_at(self, places: Sequence[ChainHead]) -> Sequence[ChainHead]:
        """See the port."""
        records = self._database.audit_log.majority
        wanted = [record_id(place.chain, place.seq) for place in places]
        links = [record.link for record in (await self._read(lambda: _those(records, wanted))).values()]
        return [ChainHead(chain=link.chain, seq=link.seq, hash=link.hash) for link in links]

    async def links(self, head: ChainHead, after_seq: int, links_max: int) -> Sequence[ChainLink]:
        """See the port."""

        def read() -> Sequence[ChainLink]:
            links: list[ChainLink] = []
            for record in chain_after(self._database, head.chain, after_seq):
                if record.link.seq > head.seq or len(links) == links_max:
                    break
                links.append(record.link)
            return links

        return await self._read(read)

    async def records_count(self) -> int:
        """See the port."""
        return await self._read(lambda: len(self._database.audit_log.majority))

    def _current(self, name: str) -> Mapping[str, Any]:
        return self._database.tables[of_generation(name, current_generation(self._database))].majority

    async def _read(self, read: Callable[[], T]) -> T:
        try:
            return await self._client.read("mongo.archive.read", read)
        except PyMongoError as error:
            raise StoreUnavailable from error


def _those(documents: Mapping[str, T], keys: Sequence[str]) -> dict[str, T]:
    return {key: documents[key] for key in keys if key in documents}


def _after(documents: Mapping[str, T], after_id: str, documents_max: int) -> list[T]:
    """Returns at most `documents_max` documents with ids after `after_id`, sorted by id."""
    return [documents[key] for key in sorted(key for key in documents if key > after_id)[:documents_max]]


def _waiting(key: str, kept: KeptPayment) -> WaitingPayment:
    return WaitingPayment(
        id=key,
        reader=kept.reader,
        payment_id=kept.payment_id,
        since=str(kept.at),
        reason=kept.reason,
        versions=tuple(change.version for change in kept.waiting),
    )
