"""Defines what `refunds verify` prints besides the lines of its findings, as one class per case.

`notice_texts` has their texts.
"""

from refunds.texts.notices.notice import Notice


class InvariantHolds(Notice, frozen=True, kw_only=True):
    """No violation of an invariant was found."""

    sentence: str
    checked: int


class InvariantBroken(Notice, frozen=True, kw_only=True):
    """Violations of an invariant were found."""

    sentence: str
    checked: int
    broken: int


class MoreFindings(Notice, frozen=True, kw_only=True):
    """More violations of an invariant were found than are shown."""

    count: int


class LedgerTotal(Notice, frozen=True, kw_only=True):
    """Shows the sums of the ledger in one currency."""

    currency: str
    gateway: str
    merchants: str
    off: int
    entries: int


class Note(Notice, frozen=True, kw_only=True):
    """Shows a note of the verification."""

    note: str


class RefundsOpen(Notice, frozen=True, kw_only=True):
    """Some refunds wait for the result of their gateway."""

    count: int


class PaymentsQuarantined(Notice, frozen=True, kw_only=True):
    """Some payments wait in a quarantine, because they could not be read."""

    count: int


class WebhooksUnread(Notice, frozen=True, kw_only=True):
    """Some webhooks wait for an operator."""

    count: int


class RefundsContradicted(Notice, frozen=True, kw_only=True):
    """Some refunds wait for a person, because their gateways contradicted themselves."""

    count: int


class Meaning(Notice, frozen=True, kw_only=True):
    """Explains what the findings mean."""

    meaning: str


class Action(Notice, frozen=True, kw_only=True):
    """Explains what to do about the findings."""

    action: str


class AllHold(Notice, frozen=True, kw_only=True):
    """Every invariant holds."""


class NotAllHold(Notice, frozen=True, kw_only=True):
    """Some invariants do not hold."""
