"""The entries of the books' journal. Each entry is one line of the journal.

Decisions create the entries, the books apply them, and the journal writes and replays them. Entries never contain a
token or metadata.
"""

from typing import Literal

import msgspec

Status = Literal["succeeded", "pending", "failed"]
EventType = Literal["refund.succeeded", "refund.failed", "refund.pending", "refund.created"]

FORMAT = 1


class BooksOpened(msgspec.Struct, frozen=True, kw_only=True, tag="opened"):
    """The first entry of every journal.

    `format` is the format of the journal. `books_id` makes the refund ids of two data folders different.
    """

    format: int
    books_id: str
    at_ms: int


class RefundBooked(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="refund"):
    """A refund was booked. A refused refund is booked too, with the status `failed`.

    `number` counts from 1. The status changes to `settles_to` at `due_ms`. `owed` has one item for each delivery of a
    webhook, so a webhook that is delivered twice occurs twice. `reference` is absent if the refund was made in the
    dashboard. `is_again` is True if the reference was booked before and its idempotency key has expired.
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
    """The status of a refund changed after the refund's delay."""

    number: int
    status: Status
    at_ms: int
    raw_code: str | None = None
    owed: tuple[EventType, ...] = ()


class ClockAdvanced(msgspec.Struct, frozen=True, kw_only=True, tag="clock"):
    """The sandbox's clock was set forward by `by_ms` milliseconds."""

    by_ms: int


class WebhookClosed(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="webhook"):
    """One delivery of a webhook has ended. Either it succeeded or its last attempt failed."""

    number: int
    stage: int
    is_delivered: bool = True


Entry = BooksOpened | RefundBooked | RefundSettled | ClockAdvanced | WebhookClosed
