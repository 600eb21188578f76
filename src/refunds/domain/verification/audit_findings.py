"""Defines findings about the audit log, and about data that waits for a person.

A finding about the audit log states that the log differs from payments, tenants or parameters. The module does no I/O.
"""

from dataclasses import dataclass
from datetime import datetime

from refunds.domain.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionNotAudited(Finding):
    """A version of a payment has no audit record."""

    payment_id: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDiffers(Finding):
    """The audit record of a version differs from the payment."""

    payment_id: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestDiffers(Finding):
    """The digest of an object's immutable fields differs from the digest in the audit log. `of` names the object."""

    of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeNotAudited(Finding):
    """The dispute of a payment is not in the audit log."""

    payment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRepeated(Finding):
    """A version of a payment is in the audit log more than once."""

    payment_id: str
    version: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordWithoutVersion(Finding):
    """An audit record names a version that the payment does not have."""

    payment_id: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditAhead(Finding):
    """The audit log has a later version of the payment than the database."""

    payment_id: str
    audited: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordWithoutSubject(Finding):
    """An audit record names a payment, a tenant or a parameter value that is not stored."""

    record_id: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingUnreadable(Finding):
    """A tenant cannot be read, or a parameter value cannot be read."""

    setting_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingGone(Finding):
    """A tenant or a parameter value is in the audit log but no longer in the database."""

    setting_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingRepeated(Finding):
    """A tenant or a parameter value is in the audit log more than once."""

    setting_id: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingNotAudited(Finding):
    """A tenant or a parameter value is not in the audit log."""

    setting_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingDiffers(Finding):
    """A tenant or a parameter value differs from its audit record."""

    setting_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionsQuarantined(Finding):
    """Later versions of a quarantined payment wait too."""

    versions: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreVersionsQuarantined(Finding):
    """Later versions of a quarantined payment wait too. `versions` names some of them, and `more` counts the rest."""

    versions: tuple[int, ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoVersionQuarantined(Finding):
    """No later version of the quarantined payment waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentQuarantined(Finding):
    """A payment waits in a quarantine because a reader of the feed cannot read the payment.

    `since` is a time in UTC as text. `waits` reports which later versions of the payment wait too.
    """

    payment_id: str
    reader: str
    since: str
    reason: str
    waits: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookUnread(Finding):
    """A webhook that could not be processed waits for an operator."""

    gateway: str
    webhook_id: str
    received_at: datetime
    reason: str
