"""Records what answers promised to callers. Compares the promises with the database after a simulation.

The check is independent. This module knows only the answers and uses no decisions of the product.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from refunds.domain.payment.payment import EXTERNAL_KEY_PREFIX, Payment, Refund
from refunds.domain.payment.states import Status
from refunds.ports.projections.refund_lists import RefundRow

KEY_REUSED = "KeyReused"


def key_of(gateway_payment_id: str) -> str:
    """Returns the idempotency key with which a caller records the payment."""
    return f"k_pay_{gateway_payment_id.removeprefix('gp_')}"


@dataclass(slots=True)
class Asked:
    """What a caller knows about one of its idempotency keys.

    `status` is the status in the first answer. Every later answer must have the same status. `is_key_used` is True if a
    request was refused because a refund already has the key.
    """

    payment_id: str
    amount: int | None
    refund_id: str = ""
    refused_as: str = ""
    is_uncertain: bool = False
    is_key_used: bool = False
    status: Status | None = None


@dataclass(slots=True, kw_only=True)
class Promises:
    """All promises made so far. `broken` is called at once if two answers contradict each other."""

    broken: Callable[[str, str], None]
    asked: dict[tuple[str, str], Asked] = field(default_factory=dict)
    payments: dict[tuple[str, str], str] = field(default_factory=dict)
    ends: dict[str, Status] = field(default_factory=dict)
    approvals: dict[tuple[str, str], None] = field(default_factory=dict)
    values: dict[str, None] = field(default_factory=dict)
    tenants: dict[str, None] = field(default_factory=dict)

    def ask(self, merchant_id: str, key: str, payment_id: str, amount: int | None) -> Asked:
        """Records that a caller requests a refund. Must be called before the request is sent."""
        return self.asked.setdefault((merchant_id, key), Asked(payment_id, amount))

    def ask_under_shared_key(self, merchant_id: str, key: str) -> Asked:
        """Records that a caller requests refunds of several payments under one key.

        The first answer shows which payment the key belongs to.
        """
        return self.asked.setdefault((merchant_id, key), Asked("", None, is_uncertain=True))

    def created(self, asked: Asked, refund: Refund, payment_id: str) -> None:
        """Records that a request was answered with `refund`. Reports answers that contradict each other."""
        if asked.refund_id and asked.refund_id != refund.id:
            self.broken(asked.payment_id, f"one key was answered by {asked.refund_id} and by {refund.id}")
        if asked.refused_as and not asked.is_uncertain:
            self.broken(asked.payment_id, f"a key refused as {asked.refused_as} was answered by {refund.id}")
        if asked.status not in (None, refund.status):
            self.broken(asked.payment_id, f"{refund.id} was answered as {asked.status}, then as {refund.status}")
        asked.status = refund.status
        if payment_id != asked.payment_id or (asked.amount is not None and refund.amount != asked.amount):
            self.broken(asked.payment_id, f"{refund.id} is not what was asked for")
        asked.refund_id = refund.id

    def refused(self, asked: Asked, error: str) -> None:
        """Records that a request was refused.

        The refusal promises nothing if an earlier request with the same key may still arrive.
        """
        if asked.refund_id:
            self.broken(asked.payment_id, f"{asked.refund_id} was answered, then refused as {error}")
        asked.refused_as = error
        asked.is_key_used = asked.is_key_used or error == KEY_REUSED

    def recorded(self, merchant_id: str, key: str, payment_id: str) -> None:
        """Records that a request was answered with a recorded payment."""
        known = self.payments.setdefault((merchant_id, key), payment_id)
        if known != payment_id:
            self.broken(known, f"one key was answered by {known} and by {payment_id}")

    def is_recorded(self, gateway_payment_id: str) -> bool:
        """Returns whether any caller received the answer that this payment is recorded."""
        return any(key == key_of(gateway_payment_id) for _, key in self.payments)

    def listed(self, merchant_id: str, before: Collection[str], shown: Sequence[RefundRow]) -> None:
        """Checks the refunds that a list showed to a caller.

        The refunds must be sorted from newest to oldest. Each must appear once and belong to the merchant. All refunds
        in `before` must appear.
        """
        places = [(row.created_at, row.id) for row in shown]
        if any(first <= second for first, second in pairwise(places)):
            self.broken("", f"a list of {merchant_id} is out of order, or shows a refund twice")
        if any(row.merchant_id != merchant_id for row in shown):
            self.broken("", f"a list of {merchant_id} shows refunds of another merchant")
        missed = set(before) - {row.id for row in shown}
        if missed:
            self.broken("", f"a list of {merchant_id} leaves out {len(missed)} refunds, the first is {min(missed)}")

    def settings(self, tenants: Collection[str], values: Collection[str]) -> Iterator[tuple[str, str]]:
        """Yields a violation for each promised tenant or parameter value that is not stored."""
        for kind, promised, stored in (("tenant", self.tenants, tenants), ("value", self.values, values)):
            for each in promised:
                if each not in stored:
                    yield "", f"the {kind} {each} was answered as stored, and is not there"

    def kept(self, payments: Iterable[Payment]) -> Iterator[tuple[str, str]]:
        """Yields the payment's id and a violation for each promise that the database breaks."""
        present = list(payments)
        by_key: dict[tuple[str, str], list[tuple[Payment, Refund]]] = {}
        for payment in present:
            for refund in payment.refunds:
                by_key.setdefault((payment.merchant_id, refund.idempotency_key), []).append((payment, refund))
        yield from self._recorded(present)
        for key, found in by_key.items():
            if len(found) > 1:
                yield found[0][0].id, f"{len(found)} refunds under one key: {', '.join(r.id for _, r in found)}"
            elif key not in self.asked and not key[1].startswith(EXTERNAL_KEY_PREFIX):
                yield found[0][0].id, f"{found[0][1].id} was asked for by nobody"
        for key, asked in self.asked.items():
            yield from _broken(asked, by_key.get(key, []))
        yield from self._ends({refund.id: (payment, refund) for payment in present for refund in payment.refunds})

    def _recorded(self, payments: Iterable[Payment]) -> Iterator[tuple[str, str]]:
        recorded: dict[tuple[str, str], list[str]] = {}
        for payment in payments:
            recorded.setdefault((payment.merchant_id, payment.idempotency_key), []).append(payment.id)
        for key, payment_id in self.payments.items():
            if recorded.get(key) != [payment_id]:
                yield payment_id, "was recorded, and is not there once under its key"

    def _ends(self, by_id: dict[str, tuple[Payment, Refund]]) -> Iterator[tuple[str, str]]:
        for refund_id, status in self.ends.items():
            found = by_id.get(refund_id)
            if found is None or found[1].status is not status:
                yield (
                    found[0].id if found else "",
                    f"{refund_id} was answered {status}, and is {found[1].status if found else 'gone'}",
                )
        for refund_id, approver in self.approvals:
            found = by_id.get(refund_id)
            if found is None or approver not in {approval.by for approval in found[1].approvals}:
                yield found[0].id if found else "", f"{refund_id}: the approval by {approver} is gone"


def _broken(asked: Asked, found: list[tuple[Payment, Refund]]) -> Iterator[tuple[str, str]]:
    if asked.is_key_used and not found:
        yield asked.payment_id, "a key was refused as used, and no refund has it"
    if asked.refund_id and [refund.id for _, refund in found] != [asked.refund_id]:
        yield asked.payment_id, f"{asked.refund_id} was answered, and is not there once under its key"
    if asked.refused_as and not asked.is_uncertain and not asked.refund_id and found:
        yield asked.payment_id, f"{found[0][1].id} was refused as {asked.refused_as}, and is there"
