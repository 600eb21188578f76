"""Findings where the audit log differs from payments, tenants and parameters, and what waits for a person. Pure."""

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
    """An audit record differs from the payment's version."""

    payment_id: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestDiffers(Finding):
    """The digest of immutable fields differs from the one in the audit log."""

    of: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeNotAudited(Finding):
    """A dispute of the payment is not in the audit log."""

    payment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRepeated(Finding):
    """A version is in the audit log more than once."""

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
    """The audit log has a later version than the payment."""

    payment_id: str
    audited: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordWithoutSubject(Finding):
    """An audit record names an object that is not stored."""

    record_id: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingUnreadable(Finding):
    """A tenant or parameter value cannot be read."""

    setting_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingGone(Finding):
    """A tenant or parameter value is in the audit log but no longer stored."""

    setting_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingRepeated(Finding):
    """A tenant or parameter value is in the audit log more than once."""

    setting_id: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingNotAudited(Finding):
    """A tenant or parameter value is not in the audit log."""

    setting_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingDiffers(Finding):
    """A tenant or parameter value differs from its audit record."""

    setting_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionsQuarantined(Finding):
    """Versions of a payment wait in a quarantine."""

    versions: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreVersionsQuarantined(Finding):
    """More versions wait in a quarantine than are named."""

    versions: tuple[int, ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoVersionQuarantined(Finding):
    """No later version of the payment waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentQuarantined(Finding):
    """A payment waits in a reader's quarantine; `since` is a time in UTC as text."""

    payment_id: str
    reader: str
    since: str
    reason: str
    waits: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookUnread(Finding):
    """A webhook waits for an operator."""

    gateway: str
    webhook_id: str
    received_at: datetime
    reason: str
