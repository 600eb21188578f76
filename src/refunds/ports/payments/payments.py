"""Stores payments with their refunds.

No other code writes payments or refunds. Reads are majority reads. `change` decides and writes in one conditional
write. A decision must be pure, because it may be repeated on a newer version of the payment.

Methods may raise PaymentNotFound, RefundNotFound, OutcomeUnknown, Overloaded and every error of the decision. A payment
or refund outside the scope counts as not found. OutcomeUnknown means that the write may or may not have succeeded.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeAlias

from msgspec import Struct

from refunds.domain.payment.events import Event
from refunds.domain.payment.payment import Decision, Payment, Work
from refunds.domain.tenancy import Scope

Decide: TypeAlias = Callable[[Payment], Decision]


class Whose(Struct, frozen=True, kw_only=True):
    """A filter for payments with due work.

    `only` names the merchants whose payments may be claimed. None means all merchants. Merchants in `without` and
    gateways in `gateways_without` are excluded. If `is_one_each` is True, at most one payment of each merchant is
    claimed. It is the payment that has been due for the longest time.
    """

    only: frozenset[str] | None = None
    without: frozenset[str] = frozenset()
    gateways_without: frozenset[str] = frozenset()
    is_one_each: bool = False


EVERYBODY = Whose()


class PaymentStore(Protocol):
    """Stores payments with their refunds."""

    async def add(self, payment: Payment) -> tuple[Payment, bool]:
        """Stores a new payment, and returns the stored payment and a flag.

        The flag is True if this call repeats an earlier request with the same idempotency key. Raises AlreadyExists if
        the payment's id or its captured payment at the gateway is already stored. Raises KeyReused if the key was used
        with another body.
        """
        ...

    async def get(self, scope: Scope, payment_id: str) -> Payment:
        """Returns the payment with its refunds. Reads by majority read."""
        ...

    async def paths(self, scope: Scope, payment_ids: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
        """Returns a table that maps payment ids to the tenant paths of the payments.

        Payments outside the scope are left out. Reads by majority read.
        """
        ...

    async def get_written(self, scope: Scope, payment_id: str) -> Payment:
        """Returns the payment as this process last wrote it, which may be outdated.

        If the payment is not in the cache of this process, the payment is read by majority read.
        """
        ...

    async def get_by_refund(self, scope: Scope, refund_id: str) -> Payment:
        """Returns the payment that contains this refund. Reads by majority read."""
        ...

    async def get_by_key(self, scope: Scope, merchant_id: str, idempotency_key: str) -> Payment | None:
        """Returns the merchant's payment that has a refund with this idempotency key.

        Returns None if there is no such payment.
        """
        ...

    async def get_by_gateway_id(self, scope: Scope, gateway: str, gateway_payment_id: str) -> Payment:
        """Returns the payment that has this id at the gateway."""
        ...

    async def ids_by_gateway_refund_id(self, scope: Scope, gateway: str, gateway_refund_id: str) -> Sequence[str]:
        """Returns the ids of all payments that have a refund with this id at the gateway.

        Usually there is only one such payment.
        """
        ...

    async def change(self, scope: Scope, payment_id: str, decide: Decide) -> Decision:
        """Applies `decide` to the current payment and stores the decision.

        The decision is durable when the method returns.
        """
        ...

    async def history(self, scope: Scope, refund_id: str) -> Sequence[Event]:
        """Returns the latest events of a refund, with the oldest event first."""
        ...

    async def claim_due(
        self, work: Work, now: datetime, lease_s: float, claims_max: int, whose: Whose = EVERYBODY
    ) -> Sequence[Payment]:
        """Claims payments with due work for this worker until the lease ends.

        Claims at most `claims_max` payments. Payments that do not pass the filter `whose` stay unchanged.
        """
        ...
