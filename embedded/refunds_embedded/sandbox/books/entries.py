"""The entries of the books' journal, one line each.

Decisions create them, the books apply them, and the journal writes and replays them. They never contain a token or
metadata.
"""

from typing import Literal

import msgspec

Status = Literal["succeeded", "pending", "failed"]
EventType = Literal["refund.succeeded", "refund.failed", "refund.pending", "refund.created"]

FORMAT = 1


class BooksOpened(msgspec.Struct, frozen=True, kw_only=True, tag="opened"):
    """First line of every journal: its format, and the id that distinguishes the refund ids of two folders."""

    format: int
    books_id: str
    at_ms: int


class RefundBooked(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="refund"):
    """A refund was booked; refused ones (`status` failed) are booked, too. `number` counts from 1.

    `due_ms` and `settles_to` are when the status changes and to what. `owed` are the webhooks to deliver: if a webhook
    is delivered twice, `owed` has it twice. `reference` is absent for refunds of the dashboard. `is_again` is True if
    the reference was booked before, but so long ago that its idempotency key had expired.
    """

    number: int
    gateway_payment_id: str
    amount: int
    currency: str
    captured_amount: int
    behaviour: str
    status: Status
    at_ms: int
    reference: str | None = None
    fingerprint: int = 0
    raw_code: str | None = None
    due_ms: int | None = None
    settles_to: Status | None = None
    owed: tuple[EventType, ...] = ()
    is_again: bool = False


class RefundSettled(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="settled"):
    """A refund's status changed after its delay."""

    number: int
    status: Status
    at_ms: int
    raw_code: str | None = None
    owed: tuple[EventType, ...] = ()


class ClockAdvanced(msgspec.Struct, frozen=True, kw_only=True, tag="clock"):
    """The sandbox's clock was set forward by this number of milliseconds."""

    by_ms: int


class WebhookClosed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="webhook"):
    """One delivery of a webhook succeeded, or its last attempt failed."""

    number: int
    stage: int
    is_delivered: bool = True


Entry = BooksOpened | RefundBooked | RefundSettled | ClockAdvanced | WebhookClosed
