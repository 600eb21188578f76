"""Defines what the group commit needs of a store: reads of payments, and writes that report each outcome.

There are two such stores, the payment documents (`payment_reads`, `payment_writes`) and the payment journal.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import bson
from pymongo.common import MAX_BSON_SIZE
from pymongo.errors import DocumentTooLarge

from refunds.adapters.mongo.payments.commit_batch import CommitWork
from refunds.adapters.mongo.payments.documents import Loaded
from refunds.adapters.mongo.stored_forms import Document
from refunds.domain.errors import PaymentUnreadable

DUPLICATE_KEY = 11000
VALIDATOR = 121
REFUSALS = frozenset({DUPLICATE_KEY, VALIDATOR, 2, 9, 14, 28, 40, 52, 57, 10334, 17419})
"""Error codes of writes that can never succeed, because of their form, their size, or a rule of the collection."""
TOO_LONG = frozenset({10334, 17419})
"""Error codes for a document above the database's limit of 16 MiB."""

STORE_PAUSE_S = 0.1
REPEAT_PAUSE_S = 0.02


class DatabaseRefused(Exception):
    """Raised if a rule or limit of the database refused what the domain allows. This is always a defect."""


@dataclass(slots=True)
class Outcomes:
    """The outcomes of one bulk write. Each work is in exactly one of the lists."""

    applied: list[CommitWork] = field(default_factory=list)
    refused: list[tuple[CommitWork, int]] = field(default_factory=list)
    broken: list[tuple[CommitWork, Exception]] = field(default_factory=list)
    lost: list[CommitWork] = field(default_factory=list)
    unknown: list[CommitWork] = field(default_factory=list)

    def add(self, other: "Outcomes") -> None:
        """Adds the outcomes of another bulk."""
        self.applied += other.applied
        self.refused += other.refused
        self.broken += other.broken
        self.lost += other.lost
        self.unknown += other.unknown


class CommitWrites(Protocol):
    """Writes batches and looks up unknown outcomes."""

    async def write(self, works: list[CommitWork]) -> Outcomes:
        """Writes one bulk. In the result, `unknown` has the works whose outcome the driver did not report."""
        ...

    async def look_up(self, works: list[CommitWork]) -> Outcomes:
        """Sorts the works by what a majority has stored. `unknown` has works whose payment no write has changed yet.

        Raises PyMongoError if the database cannot be read.
        """
        ...


class CommitReads(Protocol):
    """Reads payments for decisions. Raises PyMongoError."""

    async def to_decide_on(self, payment_ids: list[str]) -> dict[str, Loaded | PaymentUnreadable]:
        """Returns versions on which conditional writes may be based. Callers never see these versions."""
        ...

    async def majority(self, payment_ids: list[str]) -> dict[str, Loaded | PaymentUnreadable]:
        """Returns the majority's versions of several payments, for decisions and for answers."""
        ...

    async def holders(self, keys: Mapping[str, Collection[str]]) -> dict[tuple[str, str], str]:
        """Looks up idempotency keys of refunds by one majority read.

        `keys` are idempotency keys by merchant id. The result maps a merchant id and a key to the id of the payment
        that has a refund with the key. Keys that no payment has are missing.
        """
        ...


async def write_encodable(
    works: list[CommitWork], error: Exception, write: Callable[[list[CommitWork]], Awaitable[Outcomes]]
) -> Outcomes:
    """In one bulk, writes the works that the driver can encode. If it can encode every work, writes each alone.

    `error` is the driver's error for the bulk of all `works`.
    """
    if len(works) == 1:
        return Outcomes(broken=[(works[0], error)])
    outcomes = Outcomes(broken=[(work, why) for work in works if (why := why_unencodable(work.update)) is not None])
    broken = {work.key for work, _ in outcomes.broken}
    good = [work for work in works if work.key not in broken]
    for bulk in [good] if broken else [[work] for work in works]:
        if bulk:
            outcomes.add(await write(bulk))
    return outcomes


def why_unencodable(document: Document) -> Exception | None:
    """Returns the error if the document contains a value that BSON lacks, or is too long. Otherwise returns None."""
    try:
        encoded = bson.encode(document)
    except Exception as error:  # noqa: BLE001 - any error of the encoder
        return error
    return DocumentTooLarge(f"{len(encoded)} bytes") if len(encoded) > MAX_BSON_SIZE else None
