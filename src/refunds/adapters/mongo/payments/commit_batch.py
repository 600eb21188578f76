"""Handles one payment's part of a group commit, with the commands, their outcomes and the update.

Only `payment_commits` uses this module, which never calls the database.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from msgspec.structs import replace

from refunds.adapters.mongo.payments.documents import Loaded, update_of
from refunds.adapters.mongo.stored_forms import Document
from refunds.domain.errors import AlreadyExists, PaymentNotFound
from refunds.domain.payment.payment import Decision, Payment
from refunds.domain.tenancy import Scope
from refunds.kit.group_commit import Flight, Group, Pending
from refunds.ports.payments.payments import Decide


@dataclass(slots=True)
class Command:
    """One caller's decision on a payment. `scope` is the caller's scope.

    `rounds` counts the batches that contained this command. If `is_alone` is True, the command is decided without other
    commands. This happens after a write of several commands was refused, if it is not known which command caused the
    refusal. `trimming` grows each time the document would be too long. See `documents.TRIMMED`.
    """

    scope: Scope
    decide: Decide
    rounds: int = 0
    is_alone: bool = False
    trimming: int = 0


class Describe(Protocol):
    """The type of a function that returns the update which turns a stored payment into a decided one."""

    def __call__(self, before: Payment, after: Payment, write_id: str, trimming: int = 0) -> Document:
        """See `documents.update_of`."""
        ...


Waiting: TypeAlias = Pending[Command, Decision]
PaymentGroup: TypeAlias = Group[str, Command, Decision]
PaymentFlight: TypeAlias = Flight[str, Command, Decision]


@dataclass(slots=True)
class CommitWork:
    """One payment's part of a batch, with its commands, the decisions on them, and the update to write.

    `rest` has the group's commands that this batch does not decide. `keys_taken` are idempotency keys of other payments
    of the merchant, as a majority read found them.
    """

    group: PaymentGroup
    pending: list[Waiting]
    rest: list[Waiting]
    before: Payment | None = None
    before_write_id: str | None = None
    after: Payment | None = None
    outcomes: list[Decision | Exception] = field(default_factory=list)
    write_id: str = ""
    update: Document = field(default_factory=dict)
    keys_taken: frozenset[str] = frozenset()

    def start_from(self, loaded: Loaded | None) -> None:
        """Sets the payment on which the commands are decided, and the id of the write that stored this version."""
        self.before = None if loaded is None else loaded.payment
        self.before_write_id = None if loaded is None else loaded.write_id

    @property
    def key(self) -> str:
        """Returns the id of the payment."""
        return self.group.key

    @property
    def is_changed(self) -> bool:
        """True if the decisions have changed the payment, so there is something to write."""
        return self.after is not self.before


def work_of(group: PaymentGroup) -> CommitWork:
    """Returns the work on a group. It contains all commands if no command has to be decided alone.

    Otherwise the work contains the commands before the first command that has to be decided alone. If that command
    comes first, the work contains only that command.
    """
    taken, rest = group.pending, list[Waiting]()
    alone = [index for index, waiting in enumerate(taken) if waiting.operation.is_alone]
    if alone and len(taken) > 1:
        count = alone[0] or 1
        taken, rest = taken[:count], taken[count:]
    for waiting in taken:
        waiting.operation.rounds += 1
    return CommitWork(group, taken, rest)


def decide(work: CommitWork, new_write_id: Callable[[], str], describe: Describe = update_of) -> None:
    """Decides on all commands in order. Each decision is based on the result of the previous ones.

    If the payment is changed, also makes the update that stores the decisions.
    """
    work.outcomes = []
    present = work.before
    for pending in work.pending:
        command = pending.operation
        if present is None or not command.scope.covers(present.path):
            work.outcomes.append(PaymentNotFound(id=work.key, pointer="/payment_id"))
            continue
        try:
            decision = command.decide(present)
        except Exception as error:  # noqa: BLE001 - a decision that raises fails alone
            work.outcomes.append(error)
            continue
        if work.keys_taken and not work.keys_taken.isdisjoint(_new_keys(present, decision.payment)):
            work.outcomes.append(AlreadyExists(kind="refund", pointer=""))
            continue
        present = decision.payment
        work.outcomes.append(decision)
    work.after = present
    if work.is_changed and work.before is not None and present is not None:
        work.write_id = f"{new_write_id()}.{work.before.version + 1}"
        trimming = max(pending.operation.trimming for pending in work.pending)
        work.update = describe(work.before, present, work.write_id, trimming)


def requested_keys(work: CommitWork) -> set[str]:
    """Returns the idempotency keys of the refunds that the commands would add.

    Each command is decided as if it were the only one, so the result includes keys of commands that exclude each other.
    If one key is already used, another command may still succeed.
    """
    keys: set[str] = set()
    before = work.before
    if before is None:
        return keys
    for pending in work.pending:
        try:
            keys.update(_new_keys(before, pending.operation.decide(before).payment))
        except Exception:  # noqa: BLE001, S112 - it is refused whatever its key
            continue
    return keys


def _new_keys(before: Payment, after: Payment) -> list[str]:
    return [refund.idempotency_key for refund in after.refunds[len(before.refunds) :]]


def answer(work: CommitWork, stored: Payment | None = None) -> None:
    """Gives each command its outcome. `stored` is the payment as it was written, or None if nothing was written."""
    for pending, outcome in zip(work.pending, work.outcomes, strict=True):
        if isinstance(outcome, Exception):
            pending.fail(outcome)
        elif stored is None:
            pending.settle(outcome)
        else:
            pending.settle(replace(outcome, payment=stored))


def answer_taken_keys(work: CommitWork) -> None:
    """Refuses the commands whose idempotency key another payment has. The other commands stay in the work."""
    others = []
    for pending, outcome in zip(work.pending, work.outcomes, strict=True):
        if isinstance(outcome, AlreadyExists):
            pending.fail(outcome)
        else:
            others.append(pending)
    work.pending = others


def fail(work: CommitWork, error: Exception) -> None:
    """Gives the same error to all commands of the work."""
    for pending in work.pending:
        pending.fail(error)
