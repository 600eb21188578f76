"""One payment's share of a batch of the group commit: its commands, their outcomes, the update that they make.

Used by `payment_commits` alone; nothing here talks to the database.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from refunds.adapters.mongo.payments.documents import Loaded, update_of
from refunds.adapters.mongo.stored_forms import Document
from refunds.domain.errors import AlreadyExists, PaymentNotFound
from refunds.domain.payment.payment import Decision, Payment
from refunds.domain.payment.replacing import replace
from refunds.domain.tenancy import Scope
from refunds.kit.group_commit import Flight, Group, Pending
from refunds.ports.payments.payments import Decide


@dataclass(slots=True)
class Command:
    """One decision to be taken on a payment, by somebody who sees `scope`.

    `rounds` counts the flights that took it. `is_alone` keeps it apart from other commands, after a write of several
    was refused and nothing tells which of them is at fault. `trimming` goes up each time that the document would have
    been too long, see `documents.TRIMMED`.
    """

    scope: Scope
    decide: Decide
    rounds: int = 0
    is_alone: bool = False
    trimming: int = 0


class Describe(Protocol):
    """Makes the update that takes a stored payment to a decided one; `documents.update_of`."""

    def __call__(self, before: Payment, after: Payment, write_id: str, trimming: int = 0) -> Document:
        """See `documents.update_of`."""
        ...


Waiting: TypeAlias = Pending[Command, Decision]
PaymentGroup: TypeAlias = Group[str, Command, Decision]
PaymentFlight: TypeAlias = Flight[str, Command, Decision]


@dataclass(slots=True)
class Work:
    """One payment's share of a batch: its commands, what was decided of them, and the update that stores it.

    `rest` are commands of the group that this flight does not decide. `keys_taken` are idempotency keys that a majority
    read found in other payments of the merchant.
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
        """What the commands are decided on, and which write made it."""
        self.before = None if loaded is None else loaded.payment
        self.before_write_id = None if loaded is None else loaded.write_id

    @property
    def key(self) -> str:
        """The id of the payment."""
        return self.group.key

    @property
    def is_changed(self) -> bool:
        """Whether anything is to be written."""
        return self.after is not self.before


def work_of(group: PaymentGroup) -> Work:
    """The work of a group: all its commands; or, where one is to be taken alone, those before it, or that one."""
    taken, rest = group.pending, list[Waiting]()
    alone = [index for index, waiting in enumerate(taken) if waiting.operation.is_alone]
    if alone and len(taken) > 1:
        count = alone[0] or 1
        taken, rest = taken[:count], taken[count:]
    for waiting in taken:
        waiting.operation.rounds += 1
    return Work(group, taken, rest)


def decide(work: Work, new_write_id: Callable[[], str], describe: Describe = update_of) -> None:
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


def keys_asked_for(work: Work) -> set[str]:
    """The idempotency keys of the refunds that its commands would add to the payment, each decided by itself.

    Also those count that do not fit beside each other: once a taken key is refused, another command may fit.
    """
    keys: set[str] = set()
    before = work.before
    if before is None:
        return keys
    for pending in work.pending:
        try:
            keys.update(_new_keys(before, pending.operation.decide(before).payment))
        except Exception:  # noqa: BLE001, S112 - refused whatever its key, as its outcome says
            continue
    return keys


def _new_keys(before: Payment, after: Payment) -> list[str]:
    return [refund.idempotency_key for refund in after.refunds[len(before.refunds) :]]


def answer(work: Work, stored: Payment | None = None) -> None:
    """Each command its own outcome; `stored` is the aggregate as written, None where nothing was to be written."""
    for pending, outcome in zip(work.pending, work.outcomes, strict=True):
        if isinstance(outcome, Exception):
            pending.fail(outcome)
        elif stored is None:
            pending.settle(outcome)
        else:
            pending.settle(replace(outcome, payment=stored))


def answer_taken_keys(work: Work) -> None:
    """Refuses the commands whose key another payment holds; the others stay in the work, still to be written."""
    others = []
    for pending, outcome in zip(work.pending, work.outcomes, strict=True):
        if isinstance(outcome, AlreadyExists):
            pending.fail(outcome)
        else:
            others.append(pending)
    work.pending = others


def fail(work: Work, error: Exception) -> None:
    """The same answer to all commands."""
    for pending in work.pending:
        pending.fail(error)
