"""A refund's work through the use cases: when it is due, and by a hint."""

from tests.support.gateway.back_office import BackOffice

from refunds.domain.payment.payment import Refund
from refunds.domain.tenancy import ALL_TENANTS


async def sweep(office: BackOffice, refund: Refund) -> Refund:
    """The refund after its next work, whenever that is due."""
    present = await office.present(refund)
    if present.due_at is not None:
        office.clock.advance(seconds=max(0.0, (present.due_at - office.clock.now()).total_seconds()))
        payment = await office.payments.get_by_refund(ALL_TENANTS, refund.id)
        await office.submit.due(payment, refund.id)
    return await office.present(refund)


async def hinted(office: BackOffice, refund: Refund) -> None:
    """Does the refund's work as the worker that takes its hint."""
    payment = await office.payments.get_by_refund(ALL_TENANTS, refund.id)
    await office.submit.hinted(payment.id, refund.id)
