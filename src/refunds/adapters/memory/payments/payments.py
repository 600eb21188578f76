"""Stores payments and refunds in the simulated database. It passes the same contract tests as the MongoDB store.

Group commits, outcomes, inserts and claims are handled by the MongoDB adapter's code. Only the database differs.
"""

import random
from collections.abc import Callable, Iterable

from refunds.adapters.memory.client import Client
from refunds.adapters.memory.database import MemoryDatabase
from refunds.adapters.memory.line import DIRECT, Line
from refunds.adapters.memory.payments.payment_documents import describe
from refunds.adapters.memory.payments.payment_parts import MemoryClaims, MemoryInserts, MemoryReads, MemoryWrites
from refunds.adapters.mongo.payments.payment_commits import CommitLimits, PaymentCommits
from refunds.adapters.mongo.payments.payments import GroupedPayments
from refunds.domain import ids
from refunds.domain.payment.payment import Payment


class MemoryPayments(GroupedPayments):
    """See `ports.payments.payments`. Each process needs a store of its own.

    If `new_token` is not given, the ids of writes and leases come from `seeded_random`.
    """

    def __init__(
        self,
        database: MemoryDatabase | None = None,
        line: Line = DIRECT,
        *,
        new_token: Callable[[], str] | None = None,
        limits: CommitLimits | None = None,
        seeded_random: random.Random | None = None,
    ) -> None:
        self.database = database or MemoryDatabase()
        bounds = limits or CommitLimits()
        drawn = seeded_random or random.Random(0)  # noqa: S311 - repeatable
        tokens = new_token or (lambda: ids.base32(drawn.getrandbits(ids.RANDOM_BITS), 16))
        client = Client(self.database, line)
        reads = MemoryReads(client)
        super().__init__(
            reads,
            PaymentCommits(MemoryWrites(client), reads, tokens, bounds, describe=describe, seeded_random=drawn),
            MemoryInserts(client, bounds),
            MemoryClaims(client, tokens, drawn),
        )

    def all(self) -> Iterable[Payment]:
        """Returns all payments that the primary has. Tests and lists use this method."""
        return [document.payment for document in self.database.payments.local.values()]
