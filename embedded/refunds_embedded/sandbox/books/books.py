"""The books of the sandbox gateway. They record what was captured and refunded.

The books do not depend on the product. Only entries change the books, so replaying the journal rebuilds them. This
module is pure. It uses no clock, no files and no randomness.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from sys import intern

import msgspec

from refunds_embedded.sandbox.books.entries import (
    FORMAT,
    BooksOpened,
    ClockAdvanced,
    Entry,
    EventType,
    RefundBooked,
    RefundSettled,
    Status,
    WebhookClosed,
)

REFUND_ID_PREFIX = "sbr"
EVENT_ID_PREFIX = "sbe"
BOOKED_STAGE = 0
SETTLED_STAGE = 1
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY_MS = 86_400_000


class EntryContradictsBooks(Exception):
    """The entry is impossible with the current books. The journal is damaged, or the program has a defect."""


class Movement(msgspec.Struct, frozen=True, gc=False):
    """Money that moved for the refund with this `number`, in minor units.

    The amount is negative if the money came back.
    """

    number: int
    amount: int
    at_ms: int


class Account(msgspec.Struct, gc=False):
    """The books of one gateway payment. All amounts are in minor units.

    `moved` is the refunded amount. `pending` is the amount that pending refunds reserve.
    """

    gateway_payment_id: str
    currency: str
    captured_amount: int
    moved: int = 0
    pending: int = 0
    refunds_count: int = 0
    movements: list[Movement] = []

    @property
    def remaining(self) -> int:
        """Returns the amount that can still be refunded, in minor units."""
        return self.captured_amount - self.moved - self.pending


class Refund(msgspec.Struct, gc=False):
    """One refund in the books. `first_status` is the status in the first response. `status` is the current status."""

    number: int
    account: Account
    reference: str | None
    amount: int
    currency: str
    behaviour: str
    fingerprint: int
    first_status: Status
    status: Status
    at_ms: int
    raw_code: str | None
    due_ms: int | None
    settles_to: Status | None
    changed_ms: int


class WebhookEvent(msgspec.Struct, frozen=True, gc=False):
    """The content of a webhook. It shows the refund at the time of the event, not of the delivery."""

    number: int
    stage: int
    type: EventType
    status: Status
    at_ms: int
    raw_code: str | None


class Books:
    """All accounts and refunds, and the webhooks that must still be delivered."""

    def __init__(self) -> None:
        self.books_id = ""
        self.clock_offset_ms = 0
        self.refunds: list[Refund] = []
        self.accounts: list[Account] = []
        self.open_webhooks: dict[tuple[int, int], int] = {}
        self._events: dict[tuple[int, int], WebhookEvent] = {}
        self._by_reference: dict[str, Refund] = {}
        self._by_payment: dict[str, Account] = {}

    def account(self, gateway_payment_id: str) -> Account | None:
        """Returns the account of a gateway payment, or None if the payment is unknown."""
        return self._by_payment.get(gateway_payment_id)

    def refund_by_reference(self, reference: str) -> Refund | None:
        """Returns the latest refund with this reference, or None if there is none."""
        return self._by_reference.get(reference)

    def refund_by_id(self, gateway_refund_id: str) -> Refund | None:
        """Returns the refund with this id, or None if there is none."""
        number = gateway_refund_id.rpartition("_")[2]
        if not number.isascii() or not number.isdigit() or not 1 <= int(number) <= len(self.refunds):
            return None
        refund = self.refunds[int(number) - 1]
        return refund if self.refund_id(refund.number) == gateway_refund_id else None

    def refund(self, number: int) -> Refund:
        """Returns the refund with this number. Numbers start at 1."""
        return self.refunds[number - 1]

    def refund_id(self, number: int) -> str:
        """Returns the public id of the refund with this number."""
        return f"{REFUND_ID_PREFIX}_{self.books_id}_{number:08d}"

    def event_id(self, event: WebhookEvent) -> str:
        """Returns the public id of an event. Every delivery of the event has the same id."""
        return f"{EVENT_ID_PREFIX}_{self.books_id}_{event.number:08d}_{event.stage}"

    def owed_event(self, number: int, stage: int) -> WebhookEvent | None:
        """Returns the event of a webhook that must still be delivered. Returns None if no delivery is left."""
        return self._events.get((number, stage))

    def apply(self, entry: Entry) -> None:
        """Changes the books by one entry.

        Raises EntryContradictsBooks and leaves the books unchanged if the entry is impossible.
        """
        match entry:
            case RefundBooked():
                self.book(entry)
            case RefundSettled():
                self.settle(entry)
            case WebhookClosed():
                self._close_webhook(entry)
            case ClockAdvanced():
                self.clock_offset_ms += entry.by_ms
            case BooksOpened():
                self._open(entry)

    def book(self, entry: RefundBooked) -> Refund:
        """Books a refund. Adds an account if the payment is new, and a movement if the refund succeeded."""
        account = self._account_for(entry)
        _require(entry.number == len(self.refunds) + 1, "refund numbers must follow each other")
        _require(entry.is_again or entry.reference not in self._by_reference, "a reference is booked once")
        _require(entry.status == "failed" or entry.amount <= account.remaining, "more than captured")
        refund = Refund(
            entry.number,
            account,
            entry.reference,
            entry.amount,
            account.currency if entry.currency == account.currency else entry.currency,
            intern(entry.behaviour),
            entry.fingerprint,
            entry.status,
            entry.status,
            entry.at_ms,
            entry.raw_code,
            entry.due_ms,
            entry.settles_to,
            entry.at_ms,
        )
        self._enter(refund)
        if entry.owed:
            self._owe(refund, BOOKED_STAGE, entry.owed, entry.at_ms)
        return refund

    def settle(self, entry: RefundSettled) -> Refund:
        """Changes the status of a refund after its delay.

        A pending refund succeeds or fails, and a succeeded refund fails.
        """
        _require(1 <= entry.number <= len(self.refunds), "settles a refund that is not booked")
        refund = self.refunds[entry.number - 1]
        account = refund.account
        match refund.status, entry.status:
            case "pending", "succeeded":
                account.pending -= refund.amount
                _move(account, refund.number, refund.amount, entry.at_ms)
            case "pending", "failed":
                account.pending -= refund.amount
            case "succeeded", "failed":
                _move(account, refund.number, -refund.amount, entry.at_ms)
            case was, becomes:
                raise EntryContradictsBooks(f"a refund does not go from {was} to {becomes}")
        refund.status, refund.raw_code, refund.due_ms = entry.status, entry.raw_code, None
        refund.changed_ms = entry.at_ms
        if entry.owed:
            self._owe(refund, SETTLED_STAGE, entry.owed, entry.at_ms)
        return refund

    def _open(self, entry: BooksOpened) -> None:
        _require(not self.books_id, "the books are opened once")
        _require(entry.format == FORMAT, f"the books have format {entry.format}, not {FORMAT}")
        self.books_id = entry.books_id

    def _account_for(self, entry: RefundBooked) -> Account:
        account = self._by_payment.get(entry.gateway_payment_id)
        if account is not None:
            return account
        return Account(entry.gateway_payment_id, intern(entry.currency), entry.captured_amount)

    def _enter(self, refund: Refund) -> None:
        account = refund.account
        if account.refunds_count == 0:
            self._by_payment[account.gateway_payment_id] = account
            self.accounts.append(account)
        account.refunds_count += 1
        self.refunds.append(refund)
        if refund.reference is not None:
            self._by_reference[refund.reference] = refund
        if refund.status == "succeeded":
            _move(account, refund.number, refund.amount, refund.at_ms)
        elif refund.status == "pending":
            account.pending += refund.amount

    def _owe(self, refund: Refund, stage: int, owed: tuple[EventType, ...], at_ms: int) -> None:
        key = (refund.number, stage)
        self.open_webhooks[key] = len(owed)
        self._events[key] = WebhookEvent(refund.number, stage, owed[0], refund.status, at_ms, refund.raw_code)

    def _close_webhook(self, entry: WebhookClosed) -> None:
        key = (entry.number, entry.stage)
        _require(key in self.open_webhooks, "closes a webhook that is not owed")
        self.open_webhooks[key] -= 1
        if self.open_webhooks[key] == 0:
            del self.open_webhooks[key], self._events[key]


def arn_of(books_id: str, refund: Refund) -> str | None:
    """Returns the acquirer reference number of a refund whose money moved, else None.

    The number has 23 digits. They are the digit 7, the acquirer, the year and day, the refund's number and a check
    digit.
    """
    if refund.first_status == "failed" or (refund.first_status == "pending" and refund.status != "succeeded"):
        return None
    digits = f"{_arn_prefix(books_id, refund.at_ms // DAY_MS)}{refund.number % 10**11:011d}"
    return f"{digits}{_check_digit(digits.encode())}"


@lru_cache(maxsize=16)
def _arn_prefix(books_id: str, day: int) -> str:
    at = (EPOCH + timedelta(days=day)).timetuple()
    return f"7{int(books_id, 16) % 1_000_000:06d}{at.tm_year % 10}{at.tm_yday:03d}"


def _check_digit(digits: bytes) -> int:
    """Returns the Luhn check digit that completes `digits`."""
    return -(sum(digits[-1::-2].translate(_DOUBLED)) + sum(digits[-2::-2].translate(_PLAIN))) % 10


_PLAIN = bytes.maketrans(b"0123456789", bytes(range(10)))
_DOUBLED = bytes.maketrans(b"0123456789", bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)))


def _move(account: Account, number: int, amount: int, at_ms: int) -> None:
    account.moved += amount
    account.movements.append(Movement(number, amount, at_ms))


def _require(is_true: bool, rule: str) -> None:
    if not is_true:
        raise EntryContradictsBooks(rule)
