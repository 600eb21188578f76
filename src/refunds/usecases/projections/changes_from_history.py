"""Rebuilds a payment's changes from its stored history when its outbox cannot be read. Pure.

Called by the readers of the feed. Payments for which even that fails are reported, so that they do not block others.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from msgspec import Struct

from refunds.domain.payment.outbox import PaymentChange
from refunds.domain.verification.payment_snapshot import StoredPayment, changes_of
from refunds.ports.payments.payment_scan import ScannedPage, Unreadable

Item = TypeVar("Item")

DATA_ERRORS = (ArithmeticError, LookupError, TypeError, ValueError)
"""Exceptions caused by malformed stored data."""


class ChangesFromHistory(Struct, frozen=True, kw_only=True):
    """The changes that were rebuilt, and the payments for which that failed."""

    changes: Sequence[PaymentChange]
    unreadable: Sequence[Unreadable] = ()


def changes_of_all(
    page: ScannedPage, items_of: Callable[[StoredPayment], Iterable[Item]]
) -> tuple[list[Item], list[Unreadable]]:
    """Calls `items_of` for each payment of the page.

    Returns all items, and the payments that cannot be read or for which the call failed.
    """
    items: list[Item] = []
    unreadable = list(page.unreadable)
    for stored in page.stored:
        try:
            items += list(items_of(stored))
        except DATA_ERRORS as error:
            reason = f"{type(error).__name__} in its history"
            unreadable.append(
                Unreadable(payment_id=stored.id, reason=reason, gateway_payment_id=stored.gateway_payment_id)
            )
    return items, unreadable


def rebuild_changes(page: ScannedPage) -> ChangesFromHistory:
    """Returns all changes that the histories of these payments still have."""
    changes, unreadable = changes_of_all(page, changes_of)
    return ChangesFromHistory(changes=changes, unreadable=unreadable)


def without_repeats(changes: Sequence[PaymentChange]) -> list[PaymentChange]:
    """Keeps each version of a payment once: the order is that of first occurrences, the content that of the last."""
    return list({(change.payment_id, change.version): change for change in changes}.values())


def joined(streamed: Sequence[PaymentChange], remade: Sequence[PaymentChange]) -> list[PaymentChange]:
    """Joins the streamed changes with changes rebuilt from the histories of a few payments, ordered by version.

    If a version is in both, the streamed change is used: it is complete, even if the history was truncated.
    """
    again = {change.payment_id for change in remade}
    rest = [change for change in streamed if change.payment_id not in again]
    own = [*(change for change in streamed if change.payment_id in again), *remade]
    return without_repeats(rest) + sorted(without_repeats(own), key=lambda change: (change.payment_id, change.version))


def by_payment(changes: Sequence[PaymentChange]) -> Mapping[str, Sequence[PaymentChange]]:
    """Groups changes by payment; each group keeps its order."""
    found: dict[str, list[PaymentChange]] = {}
    for change in changes:
        found.setdefault(change.payment_id, []).append(change)
    return found
