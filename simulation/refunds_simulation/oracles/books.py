"""Compares payments with the gateways' books, the list, the ledger, the roll-ups and the event bus.

The checks read the stored data and count everything again, with code of their own.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from refunds.adapters.memory.projections.positions import current_generation
from refunds.domain.ledger.ledger import LedgerEntry
from refunds.domain.payment.events import EventType
from refunds.domain.payment.payment import Payment
from refunds.domain.payment.states import Status
from refunds.domain.verification.gateway_books import GatewayAccount
from refunds.ports.gateway.gateway_books import GatewayBooks

if TYPE_CHECKING:
    from refunds_simulation.world.world import World

Found = tuple[str, str, str]
"""A finding as a tuple of the kind, the payment's id and a line of text."""


async def accounts_of(books: GatewayBooks) -> dict[str, GatewayAccount]:
    """Returns all accounts in a gateway's books, by the gateway's payment id."""
    accounts: dict[str, GatewayAccount] = {}
    cursor = ""
    while True:
        page = await books.page(cursor)
        accounts.update((account.gateway_payment_id, account) for account in page.accounts)
        cursor = page.next_cursor
        if not cursor:
            return accounts


def moved_once(payment: Payment, account: GatewayAccount | None) -> Iterator[Found]:
    """Checks one payment against the gateway's books.

    Each attempt must have at most one refund at the gateway. The amounts must be equal on both sides.
    """
    names: dict[str, dict[str, None]] = {}
    for movement in account.movements if account is not None else ():
        if movement.reference:
            names.setdefault(movement.reference, {})[movement.gateway_refund_id] = None
    for reference, of_it in names.items():
        if len(of_it) > 1:
            yield "twice", payment.id, f"{reference} is {len(of_it)} refunds at the gateway: {', '.join(of_it)}"
    left = 0 if account is None else account.moved
    expected = sum(refund.amount for refund in payment.refunds if refund.status is Status.COMPLETED)
    if left != expected:
        yield "books", payment.id, f"the gateway moved {left}, its refunds say {expected}"
    if payment.refunded_amount + payment.reserved_amount > payment.captured_amount:
        yield "over", payment.id, f"more than the captured {payment.captured_amount} is given away"


def recounted(payments: Iterable[Payment], tables: Mapping[str, Any], generation: int) -> Iterator[Found]:
    """Checks that the list and the ledger agree with the payments."""
    suffix = "_odd" if generation % 2 else ""
    rows, ledger = tables[f"refund_list{suffix}"].majority, tables[f"ledger_entries{suffix}"].majority
    present = list(payments)
    yield from _posted(present, ledger.values())
    count = 0
    for payment in present:
        for refund in payment.refunds:
            count += 1
            row = rows.get(refund.id)
            shown = None if row is None else (row.row.status, row.row.amount, row.row.payment_id)
            if shown != (refund.status.value, refund.amount, payment.id):
                yield "list", payment.id, f"{refund.id} is {refund.status} over {refund.amount}, the list has {shown}"
    if len(rows) != count:
        yield "list", "", f"{len(rows)} rows, {count} refunds"


def _posted(payments: Iterable[Payment], ledger: Iterable[LedgerEntry]) -> Iterator[Found]:
    at_gateway: dict[str, int] = {}
    for entry in ledger:
        at_gateway[entry.payment_id] = at_gateway.get(entry.payment_id, 0) + entry.gateway_amount
        if entry.gateway_amount + entry.merchant_amount:
            yield "ledger", entry.payment_id, f"{entry.id} does not sum to zero"
    for payment in payments:
        expected = payment.captured_amount - payment.refunded_amount
        if at_gateway.pop(payment.id, 0) != expected:
            yield "ledger", payment.id, f"the ledger does not leave {expected} at the gateway"
    for payment_id in at_gateway:
        yield "ledger", payment_id, "the ledger has a payment that does not exist"


def rolled_up(world: "World", generation: int) -> Iterator[Found]:
    """Checks that the roll-ups count each change of status exactly once.

    Compares the sums of each status over all days and merchants.
    """
    expected: dict[str, tuple[int, int]] = {}
    for change in world.servers.database.changes():
        for event in change.items:
            if event.type is not EventType.PAYMENT_DISPUTED and event.from_status != event.status:
                count, amount = expected.get(event.status, (0, 0))
                expected[event.status] = (count + 1, amount + event.amount)
    counted: dict[str, tuple[int, int]] = {}
    table = world.servers.database.tables["rollups_odd" if generation % 2 else "rollups"]
    for day in table.majority.values():
        for cell, tally in day.cells.items():
            count, amount = counted.get(cell.status, (0, 0))
            counted[cell.status] = (count + tally.count, amount + tally.amount)
    for status in sorted(expected.keys() | counted.keys()):
        if expected.get(status) != counted.get(status):
            yield "roll_ups", "", f"{status}: {expected.get(status)} happened, {counted.get(status)} counted"


def published(world: "World") -> Iterator[Found]:
    """Checks that each stored event was published to the event bus."""
    taken = {event.id for event in world.servers.bus.taken}
    for change in world.servers.database.changes():
        for event in change.items:
            if event.id not in taken:
                yield "bus", change.payment_id, f"{event.id} ({event.type}) was never published"


async def books_of(world: "World", payments: Iterable[Payment]) -> list[Found]:
    """Returns all findings about the gateways' books and the read models."""
    found: list[Found] = []
    accounts = {name: await accounts_of(place.server.books) for name, place in world.servers.gateways.items()}
    for place in world.servers.gateways.values():
        found += [
            ("twice", "", f"{name} moved again under a key that was forgotten") for name in place.server.moved_again
        ]
    present = list(payments)
    for payment in present:
        found += moved_once(payment, accounts[payment.gateway].get(payment.gateway_payment_id))
    generation = current_generation(world.servers.database)
    found += recounted(present, world.servers.database.tables, generation)
    if generation < world.generation_ordered:
        found.append(("rebuild", "", f"generation {world.generation_ordered} was ordered, {generation} is current"))
    found += rolled_up(world, generation)
    found += published(world)
    return found
