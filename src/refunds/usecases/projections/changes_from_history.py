"""Rebuilds a payment's changes from its stored history if its outbox cannot be read.

The readers of the feed call these pure functions. If a history cannot be read either, its payment is reported as
unreadable, so that it does not block other payments.
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
    """The rebuilt changes, and the payments whose changes could not be rebuilt."""

    changes: Sequence[PaymentChange]
    unreadable: Sequence[Unreadable] = ()


def changes_of_all(
    page: ScannedPage, items_of: Callable[[StoredPayment], Iterable[Item]]
) -> tuple[list[Item], list[Unreadable]]:
    """Calls `items_of` for each payment of the page and returns all items.

    Also returns the payments that cannot be read or for which the call failed.
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
    """Returns all changes that are still in the histories of these payments."""
    changes, unreadable = changes_of_all(page, changes_of)
    return ChangesFromHistory(changes=changes, unreadable=unreadable)


def without_repeats(changes: Sequence[PaymentChange]) -> list[PaymentChange]:
    """Keeps each version of a payment once.

    A repeated version keeps the place of its first occurrence and the content of its last one.
    """
    return list({(change.payment_id, change.version): change for change in changes}.values())


def joined(streamed: Sequence[PaymentChange], remade: Sequence[PaymentChange]) -> list[PaymentChange]:
    """Joins changes from the stream with changes that were rebuilt from the histories of a few payments.

    The changes of these few payments are ordered by version. If a version is in both inputs, the change from the stream
    is used. That change is complete even if the history was truncated.
    """
    again = {change.payment_id for change in remade}
    rest = [change for change in streamed if change.payment_id not in again]
    own = [*(change for change in streamed if change.payment_id in again), *remade]
    return without_repeats(rest) + sorted(without_repeats(own), key=lambda change: (change.payment_id, change.version))


def by_payment(changes: Sequence[PaymentChange]) -> Mapping[str, Sequence[PaymentChange]]:
    """Groups changes by payment. Each group keeps the order of its changes."""
    found: dict[str, list[PaymentChange]] = {}
    for change in changes:
        found.setdefault(change.payment_id, []).append(change)
    return found
