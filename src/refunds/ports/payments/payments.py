"""The store of payments with their refunds; nothing else writes them.

Reads are majority reads. `change` decides and writes in one conditional write; a decision may be repeated on a newer
version of the payment, so it must be pure. Errors: PaymentNotFound, RefundNotFound (also outside the scope),
OutcomeUnknown (the write may or may not have succeeded), Overloaded, and every error that the decision raises.
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
    """Filter of due work: merchants in `only` (None: all) and not in `without`, gateways not in `gateways_without`.

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
        """Stores a new payment; returns the stored payment, and True if it repeats an earlier request of the same key.

        Raises AlreadyExists if its id or its captured payment at the gateway is used, KeyReused for the same key with
        another body.
        """
        ...

    async def get(self, scope: Scope, payment_id: str) -> Payment:
        """Returns the payment with its refunds, by majority read."""
        ...

    async def paths(self, scope: Scope, payment_ids: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
        """Returns, by id, the tenant paths of those payments that are in the scope, by majority read."""
        ...

    async def get_written(self, scope: Scope, payment_id: str) -> Payment:
        """Returns the payment as this process last wrote it, which may be outdated; else reads it from a majority."""
        ...

    async def get_by_refund(self, scope: Scope, refund_id: str) -> Payment:
        """Returns the payment of this refund, by majority read."""
        ...

    async def get_by_key(self, scope: Scope, merchant_id: str, idempotency_key: str) -> Payment | None:
        """Returns the merchant's payment that has a refund with this idempotency key, or None."""
        ...

    async def get_by_gateway_id(self, scope: Scope, gateway: str, gateway_payment_id: str) -> Payment:
        """Returns the payment with this id at the gateway."""
        ...

    async def ids_by_gateway_refund_id(self, scope: Scope, gateway: str, gateway_refund_id: str) -> Sequence[str]:
        """Returns the ids of all payments, mostly one, that have a refund with this id at the gateway."""
        ...

    async def change(self, scope: Scope, payment_id: str, decide: Decide) -> Decision:
        """Decides on the present payment and stores the result durably before it returns."""
        ...

    async def history(self, scope: Scope, refund_id: str) -> Sequence[Event]:
        """Returns the latest events of a refund, oldest first."""
        ...

    async def claim_due(
        self, work: Work, now: datetime, lease_s: float, claims_max: int, whose: Whose = EVERYBODY
    ) -> Sequence[Payment]:
        """Claims up to `claims_max` payments with due work for this worker until the lease ends.

        Payments that the filter `whose` excludes are not written.
        """
        ...
