"""What payments tell of themselves where the stream of changes cannot say it, and which of them cannot. Pure.

Called by the readers of the feed: one payment that was written by hand, or is broken, may hold none of the others up.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from refunds.domain.payment.outbox import PaymentChange
from refunds.domain.verification.payment_snapshot import StoredPayment, changes_of
from refunds.ports.payments.payment_scan import ScannedPage, Unreadable

Told = TypeVar("Told")

DATA_ERRORS = (ArithmeticError, LookupError, TypeError, ValueError)
"""What values that the product never writes make of code that relies on them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesFromHistory:
    """The changes that payments can still tell, and those that cannot tell theirs."""

    changes: Sequence[PaymentChange]
    unreadable: Sequence[Unreadable] = ()


def changes_of_all(
    page: ScannedPage, tell: Callable[[StoredPayment], Iterable[Told]]
) -> tuple[list[Told], list[Unreadable]]:
    """(What `tell` makes of each payment, those that cannot be read or told)."""
    told: list[Told] = []
    unreadable = list(page.unreadable)
    for stored in page.stored:
        try:
            told += list(tell(stored))
        except DATA_ERRORS as error:
            reason = f"{type(error).__name__} in its history"
            unreadable.append(
                Unreadable(payment_id=stored.id, reason=reason, gateway_payment_id=stored.gateway_payment_id)
            )
    return told, unreadable


def made_up(page: ScannedPage) -> ChangesFromHistory:
    """All changes that can still be told by these payments."""
    changes, unreadable = changes_of_all(page, changes_of)
    return ChangesFromHistory(changes=changes, unreadable=unreadable)


def without_repeats(changes: Sequence[PaymentChange]) -> list[PaymentChange]:
    """Each version of a payment once, in the order of the first telling: a field set by hand is told again."""
    return list({(change.payment_id, change.version): change for change in changes}.values())


def joined(streamed: Sequence[PaymentChange], remade: Sequence[PaymentChange]) -> list[PaymentChange]:
    """What the stream told, with what a few payments tell of themselves; these in the order of their versions.

    Where both tell a version, the stream's is taken: it is whole, also where the history is full.
    """
    again = {change.payment_id for change in remade}
    rest = [change for change in streamed if change.payment_id not in again]
    own = [*(change for change in streamed if change.payment_id in again), *remade]
    return without_repeats(rest) + sorted(without_repeats(own), key=lambda change: (change.payment_id, change.version))


def by_payment(changes: Sequence[PaymentChange]) -> Mapping[str, Sequence[PaymentChange]]:
    """Those of each payment, in order."""
    found: dict[str, list[PaymentChange]] = {}
    for change in changes:
        found.setdefault(change.payment_id, []).append(change)
    return found
