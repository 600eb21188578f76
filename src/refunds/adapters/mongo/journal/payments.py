"""Stores payments in the journal. It implements `ports.payments.payments` as a prototype that no service uses."""

from collections.abc import Callable
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase

from refunds.adapters.mongo.client import NAIVE_TIMES
from refunds.adapters.mongo.journal.due_entries import DueEntries
from refunds.adapters.mongo.journal.journal_claims import JournalClaims
from refunds.adapters.mongo.journal.journal_inserts import JournalInserts
from refunds.adapters.mongo.journal.journal_reads import JournalReads
from refunds.adapters.mongo.journal.journal_writes import JournalWrites
from refunds.adapters.mongo.journal.records import record_of
from refunds.adapters.mongo.journal.schema import DUE, JOURNAL, SNAPSHOTS
from refunds.adapters.mongo.journal.snapshots import Snapshots
from refunds.adapters.mongo.payments.payment_commits import CommitLimits, PaymentCommits
from refunds.adapters.mongo.payments.payments import GroupedPayments


class JournalPayments(GroupedPayments):
    """See `GroupedPayments`."""

    def __init__(
        self,
        database: AsyncDatabase[Any],
        new_token: Callable[[], str],
        limits: CommitLimits | None = None,
        *,
        updates: AsyncDatabase[Any] | None = None,
    ) -> None:
        """`updates` is the same database, opened by a client that does not retry writes. See `MongoPaymentStore`."""
        bounds = limits or CommitLimits()
        journal, due, snapshots = (
            database[name].with_options(codec_options=NAIVE_TIMES) for name in (JOURNAL, DUE, SNAPSHOTS)
        )
        written = database if updates is None else updates
        self._due = DueEntries(written[DUE])
        self._snapshots = Snapshots(snapshots)
        reads = JournalReads(journal, snapshots, waiting_max=bounds.waiting_max)
        writes = JournalWrites(written[JOURNAL], self._due, self._snapshots)
        super().__init__(
            reads,
            PaymentCommits(writes, reads, new_token, bounds, describe=record_of),
            JournalInserts(journal, reads, waiting_max=bounds.waiting_max, unknown_wait_s=bounds.unknown_wait_s),
            JournalClaims(due, reads, new_token),
        )

    async def drain(self) -> None:
        """Waits until all writes are answered, outdated due entries are removed, and snapshots are stored."""
        await super().drain()
        await self._due.drain()
        await self._snapshots.drain()
