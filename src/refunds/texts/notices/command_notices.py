"""What the commands print: one class a case. Pure.

Their texts are in `notice_texts`.
"""

from refunds.texts.notices.notice import Notice


class KeyUsed(Notice, frozen=True, kw_only=True):
    """The key of a request."""

    key: str


class KeyReplayed(Notice, frozen=True, kw_only=True):
    """The key of a request that was answered before."""

    key: str


class ActedAs(Notice, frozen=True, kw_only=True):
    """Who acted, by a token that the command signed."""

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
    """The schema is of this release."""

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
    """A rebuild is done."""

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
    """The size of a body that was cut."""

    size: int
