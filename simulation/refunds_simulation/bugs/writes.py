"""Planted bugs in how payments are read and written.

The bugs concern conflicts, unknown outcomes and missing majorities.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from msgspec.structs import replace

from refunds.adapters.memory.client import Client
from refunds.adapters.memory.payments import payment_documents, payment_parts
from refunds.adapters.memory.payments.payment_documents import PaymentWrite
from refunds.adapters.memory.payments.payment_parts import MemoryReads, MemoryWrites
from refunds.adapters.memory.payments.payment_table import PaymentDocument
from refunds.adapters.mongo.payments.commit_storage import Outcomes
from refunds.adapters.mongo.payments.payment_commits import PaymentCommits
from refunds.domain.errors import TransitionNotAllowed
from refunds_simulation.bugs.patching import Bug, instead

KEPT_REFUNDS_MAX = 3
"""The bug `outdated_copy_stays` keeps in memory only payments with at most this many refunds. Some have more."""


def _with_unknown_as(made: Callable[[list[Any]], Outcomes]) -> Any:
    """Returns a replacement for `MemoryWrites.write`.

    If the real method reports that the outcome of all `works` is unknown, the replacement returns `made(works)`.
    """
    right = MemoryWrites.write

    async def write(self: MemoryWrites, works: list[Any]) -> Outcomes:
        outcomes = await right(self, works)
        if outcomes.unknown == works and not outcomes.applied:
            return made(works)
        return outcomes

    return write


@contextmanager
def _unknown_is_stored() -> Iterator[None]:
    with instead(MemoryWrites, "write", _with_unknown_as(lambda works: Outcomes(applied=works))):
        yield


@contextmanager
def _unknown_is_conflict() -> Iterator[None]:
    def conflict(works: list[Any]) -> Outcomes:
        return Outcomes(broken=[(work, TransitionNotAllowed(status="", fact="")) for work in works])

    with instead(MemoryWrites, "write", _with_unknown_as(conflict)):
        yield


@contextmanager
def _lost_race_is_success() -> Iterator[None]:
    right = MemoryWrites.look_up

    async def look_up(self: MemoryWrites, works: list[Any]) -> Outcomes:
        outcomes = await right(self, works)
        return Outcomes(applied=[*outcomes.applied, *outcomes.lost], unknown=outcomes.unknown)

    with instead(MemoryWrites, "look_up", look_up):
        yield


@contextmanager
def _local_read_answered() -> Iterator[None]:
    async def read(self: MemoryReads, read: Callable[[Any, Any], Any]) -> Any:
        table = self._table
        return await self._client.read("mongo.payments.read", lambda: read(table.local, table.index))

    with instead(MemoryReads, "_read", read):
        yield


@contextmanager
def _write_not_awaited() -> Iterator[None]:
    """Plants the bug that a write is acknowledged as soon as the primary has it."""
    right = Client.write

    async def write(self: Any, operation: str, effect: Callable[[], Any], subject: str = "") -> Any:
        if not operation.startswith("mongo.payments.write"):
            return await right(self, operation, effect, subject)

        def run() -> Any:
            result, puts = effect()
            self.database.write(puts)
            return result

        return await self.read(operation, run, subject)

    with instead(Client, "write", write):
        yield


@contextmanager
def _lease_never_unset() -> Iterator[None]:
    right = payment_documents.written

    def written(document: PaymentDocument, write: PaymentWrite) -> PaymentDocument:
        return replace(right(document, write), lease=document.lease)

    with instead(payment_parts, "written", written):
        yield


@contextmanager
def _amounts_unchecked() -> Iterator[None]:
    with instead(payment_parts, "breaks_rules", lambda _: False), instead(payment_parts, "_stands_before", _is_there):
        yield


def _is_there(document: PaymentDocument, _work: Any) -> bool:
    del document
    return True


@contextmanager
def _outdated_copy_stays() -> Iterator[None]:
    right = PaymentCommits._remember  # noqa: SLF001 - it takes its place

    def remember(commits: Any, loaded: Any) -> None:
        if len(loaded.payment.refunds) <= KEPT_REFUNDS_MAX:
            right(commits, loaded)

    with instead(PaymentCommits, "_remember", remember):
        yield


BUGS = (
    Bug(
        name="unknown_write_answered_as_stored",
        breaks="A write with an unknown outcome is answered as done.",
        apply=_unknown_is_stored,
    ),
    Bug(
        name="unknown_write_answered_as_conflict",
        breaks="A write with an unknown outcome is answered as refused.",
        apply=_unknown_is_conflict,
    ),
    Bug(
        name="lost_race_answered_as_success",
        breaks="A write that lost a race is answered as done.",
        apply=_lost_race_is_success,
    ),
    Bug(
        name="local_read_answered",
        breaks="Requests are answered with writes that only the primary has, which a fail-over may roll back.",
        apply=_local_read_answered,
        situations=frozenset({"answer_taken_away"}),
    ),
    Bug(
        name="write_answered_before_a_majority",
        breaks="A write is answered as done before a majority has it.",
        apply=_write_not_awaited,
        situations=frozenset({"answer_taken_away"}),
    ),
    Bug(
        name="lease_never_unset",
        breaks="The lease of a claim stays with its payment after the work is done.",
        apply=_lease_never_unset,
    ),
    Bug(
        name="captured_exceeded_by_parts_at_once",
        breaks="Neither version nor amounts are checked when a decision is written.",
        apply=_amounts_unchecked,
    ),
    Bug(
        name="outdated_copy_stays",
        breaks="An outdated copy of a payment stays in memory when the payment has become too large to be kept there.",
        apply=_outdated_copy_stays,
    ),
)
