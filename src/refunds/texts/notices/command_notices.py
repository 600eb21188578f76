"""Defines the notices that commands print when they succeed, as one class per case. `notice_texts` has their texts."""

from refunds.texts.notices.notice import Notice


class KeyUsed(Notice, frozen=True, kw_only=True):
    """Shows the idempotency key of a request."""

    key: str


class KeyReplayed(Notice, frozen=True, kw_only=True):
    """Shows the idempotency key of a request that got the answer of an earlier request."""

    key: str


class ActedAs(Notice, frozen=True, kw_only=True):
    """Shows the identity of the caller, if the command itself signed the token."""

    subject: str
    role: str
    scope: str


class MorePages(Notice, frozen=True, kw_only=True):
    """The list has another page."""

    cursor: str


class SchemaLater(Notice, frozen=True, kw_only=True):
    """The stored schema belongs to a later release than this command."""

    found: str
    needed: str


class SchemaCurrent(Notice, frozen=True, kw_only=True):
    """The stored schema belongs to this release."""

    found: str


class SchemaPlanned(Notice, frozen=True, kw_only=True):
    """Shows the schema versions between which a migration would change the database."""

    found: str
    needed: str


class SchemaMigrated(Notice, frozen=True, kw_only=True):
    """Shows the schema versions between which a migration has changed the database."""

    found: str
    needed: str


class RebuildOrdered(Notice, frozen=True, kw_only=True):
    """A rebuild of the read models was requested."""

    generation: int


class RebuildDone(Notice, frozen=True, kw_only=True):
    """A rebuild of the read models has finished."""

    generation: int


class NoWebhookWaits(Notice, frozen=True, kw_only=True):
    """No webhook waits for an operator."""


class MoreWebhooks(Notice, frozen=True, kw_only=True):
    """More webhooks wait than are shown."""

    count: int


class WebhookRemoved(Notice, frozen=True, kw_only=True):
    """A webhook was removed. `left` is the number of webhooks that still wait."""

    left: int


class BodySize(Notice, frozen=True, kw_only=True):
    """Shows the size of a webhook's body, in bytes."""

    size: int


class BodyCut(Notice, frozen=True, kw_only=True):
    """Shows the stored size of a body, in bytes, if the rest of the body was not stored."""

    size: int
