"""Compares the gateway's books of a payment with the books of this service. The module does no I/O."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from refunds.domain.finding import Finding
from refunds.domain.payment.payment import CONTRADICTED
from refunds.domain.payment.states import FINAL, ReservationEffect, Status, reservation_effect_of
from refunds.domain.verification import books_findings as found
from refunds.domain.verification.payment_snapshot import StoredPayment, StoredRefund


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """A movement of money in the gateway's books.

    `amount` is in minor units. A positive amount left the merchant, and a negative amount came back. `reference` is the
    id of this service's attempt, or empty. `arn` is empty if the gateway's books do not contain an ARN.
    """

    gateway_refund_id: str
    reference: str
    amount: int
    arn: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayAccount:
    """All movements of one payment in the gateway's books.

    `moved` is the sum of the movements as the gateway reports it, in minor units.
    """

    gateway_payment_id: str
    currency: str
    moved: int
    movements: tuple[Movement, ...]


def differences(stored: StoredPayment, account: GatewayAccount) -> Iterator[Finding]:
    """Yields one finding for each difference between the gateway's books and the books of this service.

    The amount of an open refund may or may not have moved, so neither case is a difference. Movements of an unknown
    refund are ignored if they sum to zero, because that refund failed before it could be recorded here.
    """
    if account.currency != stored.currency:
        yield found.CurrencyDiffers(payment_id=stored.id, at_gateway=account.currency, here=stored.currency)
    if account.moved != sum(movement.amount for movement in account.movements):
        yield found.MovementsDoNotSum(payment_id=stored.id, moved=account.moved)
    owners = _owners(stored)
    net = dict.fromkeys((refund.state.id for refund in stored.refunds), 0)
    unknown: dict[str, int] = {}
    for movement in account.movements:
        owner = owners.get(movement.reference) or owners.get(movement.gateway_refund_id)
        if owner is None:
            unknown[movement.gateway_refund_id] = unknown.get(movement.gateway_refund_id, 0) + movement.amount
        else:
            net[owner] += movement.amount
    for gateway_refund_id, amount in unknown.items():
        if amount:
            yield found.MovementUnknown(payment_id=stored.id, amount=amount, gateway_refund_id=gateway_refund_id)
    for refund in stored.refunds:
        yield from _difference(refund, net[refund.state.id])
        yield from _misnamed(refund, account.movements)


def is_open(refund: StoredRefund) -> bool:
    """True if the outcome of the refund is not known yet."""
    is_ended = refund.state.status in FINAL
    return refund.is_in_question or (not is_ended and len(refund.attempts) > 0)


def is_left_to_a_person(refund: StoredRefund) -> bool:
    """True if the gateway contradicted a final refund and no further status query is planned."""
    is_contradicted = refund.state.status in FINAL and refund.state.status_reason == CONTRADICTED
    return is_contradicted and len(refund.attempts) > 0 and not refund.is_in_question


def _owners(stored: StoredPayment) -> dict[str, str]:
    """Returns a table that maps the ids of attempts to the ids of their refunds.

    The table also maps the ids that the gateway gave to the movements.
    """
    owners: dict[str, str] = {}
    for refund in stored.refunds:
        for attempt in refund.attempts:
            owners[attempt.id] = refund.state.id
            owners.update(dict.fromkeys(attempt.gateway_ids, refund.state.id))
    return owners


def _misnamed(refund: StoredRefund, movements: Iterable[Movement]) -> Iterator[Finding]:
    """Yields a finding for each gateway id or ARN of a movement that differs from the stored one."""
    attempts = {attempt.id: attempt for attempt in refund.attempts}
    for movement in movements:
        attempt = attempts.get(movement.reference)
        if movement.amount <= 0 or attempt is None:
            continue
        ours, theirs = attempt.gateway_refund_id, movement.gateway_refund_id
        if ours and theirs not in attempt.gateway_ids:
            yield found.GatewayIdDiffers(refund_id=refund.state.id, here=ours, at_gateway=theirs)
        is_arn_known = bool(refund.arn) or refund.state.status == Status.COMPLETED
        if is_arn_known and movement.arn and movement.arn != refund.arn:
            yield found.ArnDiffers(refund_id=refund.state.id, here=refund.arn, at_gateway=movement.arn)


def _difference(refund: StoredRefund, net: int) -> Iterator[Finding]:
    state = refund.state
    is_refunded = reservation_effect_of(state.status) is ReservationEffect.REFUNDED
    expected = {0, state.amount} if is_open(refund) else {state.amount if is_refunded else 0}
    if net not in expected:
        yield found.MovedDiffers(refund_id=state.id, status=state.status, amount=state.amount, moved=net)
