"""What `refunds verify` prints around the lines of its findings: one class per case. Pure.

The texts are in `notice_texts`.
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
    """There are more findings than are shown."""

    count: int


class LedgerTotal(Notice, frozen=True, kw_only=True):
    """The ledger's sums for one currency."""

    currency: str
    gateway: str
    merchants: str
    off: int
    entries: int


class Note(Notice, frozen=True, kw_only=True):
    """A note of the verification."""

    note: str


class RefundsOpen(Notice, frozen=True, kw_only=True):
    """The outcome of some refunds is open."""

    count: int


class PaymentsQuarantined(Notice, frozen=True, kw_only=True):
    """Payments wait in a quarantine."""

    count: int


class WebhooksUnread(Notice, frozen=True, kw_only=True):
    """Webhooks wait for an operator."""

    count: int


class RefundsContradicted(Notice, frozen=True, kw_only=True):
    """Some refunds wait for a person, because their gateways contradicted themselves."""

    count: int


class Meaning(Notice, frozen=True, kw_only=True):
    """What the findings mean."""

    meaning: str


class Action(Notice, frozen=True, kw_only=True):
    """What to do about the findings."""

    action: str


class AllHold(Notice, frozen=True, kw_only=True):
    """Every invariant holds."""


class NotAllHold(Notice, frozen=True, kw_only=True):
    """Some invariants do not hold."""
