"""The store of payments with their refunds: the one place where money's state is written.

Reads that are answered are majority reads. `change` decides and writes in one conditional write; a decision may be
taken again on a newer aggregate, so it is pure. Errors: PaymentNotFound, RefundNotFound (also for foreign ones),
OutcomeUnknown (the write may or may not hold), Overloaded, and whatever the decision raises.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from refunds.domain.payment.events import Event
from refunds.domain.payment.payment import Decision, Payment, Work
from refunds.domain.tenancy import Scope

Decide: TypeAlias = Callable[[Payment], Decision]


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """Whose due work is claimed: of these merchants (None: of all) but those, of all gateways but those.

    `is_one_each`: at most one payment of each merchant, the one that has been due for longest.
    """

    only: frozenset[str] | None = None
    without: frozenset[str] = frozenset()
    gateways_without: frozenset[str] = frozenset()
    is_one_each: bool = False


EVERYBODY = Whose()


class PaymentStore(Protocol):
    """Payments and their refunds."""

    async def add(self, payment: Payment) -> tuple[Payment, bool]:
        """Stores a new payment; (the stored one, whether it only repeats an earlier request of the same key).

        AlreadyExists for its id or its captured payment at the gateway, KeyReused for the same key with another body.
        """
        ...

    async def get(self, scope: Scope, payment_id: str) -> Payment:
        """The payment with its refunds, by majority read."""
        ...

    async def paths(self, scope: Scope, payment_ids: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
        """The places in the tree of tenants of those payments that there are in the scope, by majority read."""
        ...

    async def get_written(self, scope: Scope, payment_id: str) -> Payment:
        """What this process last wrote of the payment (majority-committed, maybe superseded); else a majority read."""
        ...

    async def get_by_refund(self, scope: Scope, refund_id: str) -> Payment:
        """The payment that holds this refund, by majority read."""
        ...

    async def get_by_key(self, scope: Scope, merchant_id: str, idempotency_key: str) -> Payment | None:
        """The payment of the merchant that holds a refund of this idempotency key."""
        ...

    async def get_by_gateway_id(self, scope: Scope, gateway: str, gateway_payment_id: str) -> Payment:
        """The payment that the gateway knows by this id."""
        ...

    async def change(self, scope: Scope, payment_id: str, decide: Decide) -> Decision:
        """Decides on the present aggregate and stores the result before it returns."""
        ...

    async def history(self, scope: Scope, refund_id: str) -> Sequence[Event]:
        """The latest events of a refund, oldest first."""
        ...

    async def claim_due(
        self, work: Work, now: datetime, lease_s: float, claims_max: int, whose: Whose = EVERYBODY
    ) -> Sequence[Payment]:
        """Takes up to `claims_max` payments with due work for this worker alone until the lease ends.

        What `whose` leaves out is not written to at all.
        """
        ...
