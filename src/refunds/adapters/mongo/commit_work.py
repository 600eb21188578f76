"""One payment's share of a batch of the group commit: its commands, their outcomes, the update that they make.

Used by `payment_commits` alone; nothing here talks to the database.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from refunds.adapters.mongo.documents import Document, Loaded, update_of
from refunds.domain.errors import PaymentNotFound
from refunds.domain.payment import Decision, Payment
from refunds.domain.tenancy import Scope
from refunds.kit.group_commit import Pending
from refunds.ports.payments import Decide


@dataclass(frozen=True, slots=True)
class Command:
    """One decision to be taken on a payment, by somebody who sees `scope`."""

    scope: Scope
    decide: Decide


class Source(Enum):
    """Where the aggregate that is decided on comes from."""

    CACHE = "cache"
    LOCAL = "local"
    MAJORITY = "majority"


Waiting: TypeAlias = Pending[Command, Decision]


@dataclass(slots=True)
class Work:
    """One payment's share of a batch: its commands, what was decided of them, and the update that says so."""

    key: str
    pending: list[Waiting]
    before: Payment | None = None
    before_write_id: str | None = None
    source: Source = Source.CACHE
    after: Payment | None = None
    outcomes: list[Decision | Exception] = field(default_factory=list)
    write_id: str = ""
    update: Document = field(default_factory=dict)
    rounds: int = 0

    def start_from(self, loaded: Loaded | None) -> None:
        """What the commands are decided on, and which write made it."""
        self.before = None if loaded is None else loaded.payment
        self.before_write_id = None if loaded is None else loaded.write_id

    @property
    def is_changed(self) -> bool:
        """Whether anything is to be written."""
        return self.after is not self.before


def decide(work: Work, new_write_id: Callable[[], str]) -> None:
    """Takes all commands one after another on the result of those before."""
    work.outcomes = []
    present = work.before
    for pending in work.pending:
        command = pending.operation
        if present is None or not command.scope.covers(present.path):
            work.outcomes.append(PaymentNotFound(id=work.key, pointer="/payment_id"))
            continue
        try:
            decision = command.decide(present)
        except Exception as error:  # noqa: BLE001 - a decision that breaks fails alone
            work.outcomes.append(error)
        else:
            present = decision.payment
            work.outcomes.append(decision)
    work.after = present
    if work.is_changed and work.before is not None and present is not None:
        work.write_id = f"{new_write_id()}.{work.before.version + 1}"
        work.update = update_of(work.before, present, work.write_id)


def answer(work: Work, stored: Payment | None = None) -> None:
    """Each command its own outcome; `stored` is the aggregate as written, None where nothing was to be written."""
    for pending, outcome in zip(work.pending, work.outcomes, strict=True):
        if isinstance(outcome, Exception):
            pending.fail(outcome)
        elif stored is None:
            pending.settle(outcome)
        else:
            pending.settle(Decision(payment=stored, refund=outcome.refund, replayed=outcome.replayed))


def fail(work: Work, error: Exception) -> None:
    """The same answer to all commands."""
    for pending in work.pending:
        pending.fail(error)
