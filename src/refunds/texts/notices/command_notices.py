"""What the commands print when they succeed: one class per case. Pure.

The texts are in `notice_texts`.
"""

from refunds.texts.notices.notice import Notice


class KeyUsed(Notice, frozen=True, kw_only=True):
    """The idempotency key of a request."""

    key: str


class KeyReplayed(Notice, frozen=True, kw_only=True):
    """The idempotency key of a request that repeated an earlier one."""

    key: str


class ActedAs(Notice, frozen=True, kw_only=True):
    """The identity of the caller, for a token that the command itself signed."""

    subject: str
    role: str
    scope: str


class MorePages(Notice, frozen=True, kw_only=True):
    """A list has a further page."""

    cursor: str


class SchemaLater(Notice, frozen=True, kw_only=True):
    """The schema is of a later release."""

    found: str
    needed: str


class SchemaCurrent(Notice, frozen=True, kw_only=True):
    """The schema is that of this release."""

    found: str


class SchemaPlanned(Notice, frozen=True, kw_only=True):
    """What a migration would do."""

    found: str
    needed: str


class SchemaMigrated(Notice, frozen=True, kw_only=True):
    """What a migration did."""

    found: str
    needed: str


class RebuildOrdered(Notice, frozen=True, kw_only=True):
    """A rebuild was ordered."""

    generation: int


class RebuildDone(Notice, frozen=True, kw_only=True):
    """A rebuild has finished."""

    generation: int


class NoWebhookWaits(Notice, frozen=True, kw_only=True):
    """No webhook waits for an operator."""


class MoreWebhooks(Notice, frozen=True, kw_only=True):
    """Further webhooks wait."""

    count: int


class WebhookRemoved(Notice, frozen=True, kw_only=True):
    """A webhook was removed."""

    left: int


class BodySize(Notice, frozen=True, kw_only=True):
    """The size of a body."""

    size: int


class BodyCut(Notice, frozen=True, kw_only=True):
    """The stored size of a body that was truncated."""

    size: int
