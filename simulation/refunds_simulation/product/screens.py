"""Shows the gateways' books and the stored lists to the callers' scripts.

Real people see these in addition to the product's answers. Scripts read them directly, so no connection can fail.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from refunds.adapters.memory.database import MemoryDatabase
from refunds.adapters.memory.gateway.gateway_wire import FAILED, SUCCEEDED
from refunds.adapters.memory.projections.positions import current_generation
from refunds.adapters.mongo.read_model_schema import REFUND_LIST, of_generation
from refunds.domain.attempt.conflicting_results import is_left_to_a_person
from refunds.domain.attempt.reconciliation import Resolution, is_in_doubt
from refunds.domain.payment.payment import Payment, Refund
from refunds.domain.tenancy import Tenant
from refunds_simulation.product.servers import Servers

LAST_PAYMENTS = 40

_SHOWN = {SUCCEEDED: Resolution.COMPLETED, FAILED: Resolution.FAILED}


@dataclass(frozen=True, slots=True, kw_only=True)
class InDoubt:
    """A refund as an operator sees it.

    `shown` is the refund's result in the gateway's books, or None if the books have no final result.
    """

    payment_id: str
    version: int
    refund_id: str
    merchant: Tenant
    shown: Resolution | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Screens:
    """What people see in one simulation. `merchants` has the merchants by id."""

    servers: Servers
    merchants: dict[str, Tenant]

    @property
    def _database(self) -> MemoryDatabase:
        return self.servers.database

    def listed(self, merchant_id: str, since: datetime) -> Sequence[str]:
        """Returns the ids of the merchant's refunds that the list has now and that were created at `since` or later."""
        name = of_generation(REFUND_LIST, current_generation(self._database))
        return [
            each.row.id
            for each in self._database.tables[name].majority.values()
            if each.row.merchant_id == merchant_id and each.row.created_at >= since
        ]

    def in_doubt(self) -> list[InDoubt]:
        """Returns all refunds that a person may reconcile."""
        return [self._of(payment, refund) for payment, refund in self._refunds(self._present()) if is_in_doubt(refund)]

    def left_to_a_person(self) -> list[tuple[InDoubt, Resolution]]:
        """Returns the contradicted refunds that only a person can decide, each with its result in the gateway's books.

        Leaves out refunds without a final result in the books.
        """
        doubted = [self._of(p, r) for p, r in self._refunds(self._present()) if is_left_to_a_person(r)]
        return [(each, each.shown) for each in doubted if each.shown is not None]

    def not_in_doubt(self, seeded_random: Random) -> InDoubt | None:
        """Returns a random recent refund that no person may mark as failed, or None."""
        last = list(self._refunds(self._present()[-LAST_PAYMENTS:]))
        found = [(p, r) for p, r in last if r.attempts and not is_in_doubt(r)]
        return self._of(*seeded_random.choice(found)) if found else None

    def _present(self) -> list[Payment]:
        return [document.payment for document in self._database.payments.majority.values()]

    @staticmethod
    def _refunds(payments: Sequence[Payment]) -> Iterator[tuple[Payment, Refund]]:
        return ((payment, refund) for payment in payments for refund in payment.refunds)

    def _of(self, payment: Payment, refund: Refund) -> InDoubt:
        attempt = refund.attempts[-1]
        status = self.servers.gateways[payment.gateway].server.status_of(attempt.id, attempt.gateway_refund_id)
        return InDoubt(
            payment_id=payment.id,
            version=payment.version,
            refund_id=refund.id,
            merchant=self.merchants[payment.merchant_id],
            shown=_SHOWN.get(status),
        )
