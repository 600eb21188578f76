"""The report of a verification: one check per invariant, with the number of objects checked and its violations.

Filled by `verify_invariants` and `verify_audit`. The number of listed findings is bounded; they are all counted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from msgspec import Struct

from refunds.domain.finding import Finding
from refunds.ports.audit.verification_reads import LedgerSum


class Invariant(StrEnum):
    """The invariants by their codes; `texts.verification_texts` has their sentences."""

    CAUGHT_UP = "caught_up"
    AMOUNTS = "amounts"
    REPLAYED = "replayed"
    KEYS = "keys"
    GATEWAY_IDS = "gateway_ids"
    WAITING = "waiting"
    LISTED = "listed"
    ROLLED_UP = "rolled_up"
    ZERO = "zero"
    POSTED = "posted"
    AUDITED = "audited"
    SETTINGS = "settings"
    ATTRIBUTED = "attributed"
    CHAINS = "chains"
    ANCHORED = "anchored"
    BOOKS = "books"


class Checked(StrEnum):
    """The kinds of objects that a verification reads, in the order of its progress reports."""

    PAYMENTS = "payments"
    ROWS = "list_rows"
    ENTRIES = "ledger_entries"
    RECORDS = "audit_records"
    ACCOUNTS = "gateway_accounts"


class Check(Struct, frozen=True, kw_only=True):
    """One invariant: how many objects were checked, how many violate it, and the first findings."""

    invariant: Invariant
    checked: int
    violations: int
    found: tuple[Finding, ...]


class Report(Struct, frozen=True, kw_only=True):
    """The result. `open` has the first refunds whose outcome is not known yet.

    `notes` are facts that violate no invariant: epochs of anchors, and what was lost between them. `waiting` has the
    first payments in a reader's quarantine, whose changes will be applied later. `unread` has the first webhooks that
    could not be read, which changed nothing. `contradicted` has the first refunds that only a person can decide.
    """

    checks: tuple[Check, ...]
    sums: Sequence[LedgerSum] = ()
    open_refunds: int = 0
    open: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()
    waiting_payments: int = 0
    waiting: tuple[Finding, ...] = ()
    unread_webhooks: int = 0
    unread: tuple[Finding, ...] = ()
    contradicted_refunds: int = 0
    contradicted: tuple[Finding, ...] = ()

    @property
    def is_clean(self) -> bool:
        """True if every invariant holds."""
        return not any(check.violations for check in self.checks)


@dataclass(slots=True)
class Findings:
    """Collects violations; at most `found_max` findings per invariant."""

    found_max: int = 100
    _checked: dict[Invariant, int] = field(default_factory=dict)
    _violations: dict[Invariant, int] = field(default_factory=dict)
    _found: dict[Invariant, list[Finding]] = field(default_factory=dict)
    open_refunds: int = 0
    open: list[Finding] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)
    waiting_payments: int = 0
    waiting: list[Finding] = field(default_factory=list)
    unread_webhooks: int = 0
    unread: tuple[Finding, ...] = ()
    contradicted_refunds: int = 0
    contradicted: list[Finding] = field(default_factory=list)

    def looked(self, invariant: Invariant, checked: int, found: Iterable[Finding] = ()) -> None:
        """Adds to the number of objects that were checked for the invariant, and adds the violations found in them."""
        self._checked[invariant] = self._checked.get(invariant, 0) + checked
        for finding in found:
            self._violations[invariant] = self._violations.get(invariant, 0) + 1
            kept = self._found.setdefault(invariant, [])
            if len(kept) < self.found_max:
                kept.append(finding)

    def saw_open(self, finding: Finding) -> None:
        """Counts a refund whose outcome is open."""
        self.open_refunds += 1
        if len(self.open) < self.found_max:
            self.open.append(finding)

    def note(self, finding: Finding) -> None:
        """Adds a note, up to `found_max`."""
        if len(self.notes) < self.found_max:
            self.notes.append(finding)

    def saw_waiting(self, finding: Finding) -> None:
        """Counts a payment that waits in a reader's quarantine."""
        self.waiting_payments += 1
        if len(self.waiting) < self.found_max:
            self.waiting.append(finding)

    def saw_contradicted(self, finding: Finding) -> None:
        """Counts a refund whose gateway contradicted itself, so that only a person can decide its outcome."""
        self.contradicted_refunds += 1
        if len(self.contradicted) < self.found_max:
            self.contradicted.append(finding)

    def saw_unread(self, count: int, oldest: Sequence[Finding]) -> None:
        """Sets the number of webhooks that could not be read, and the oldest of them."""
        self.unread_webhooks, self.unread = count, tuple(oldest)

    def report(self, sums: Sequence[LedgerSum] = ()) -> Report:
        """Returns the report of all checks so far."""
        checks = tuple(
            Check(
                invariant=invariant,
                checked=self._checked[invariant],
                violations=self._violations.get(invariant, 0),
                found=tuple(self._found.get(invariant, ())),
            )
            for invariant in Invariant
            if invariant in self._checked
        )
        return Report(
            checks=checks,
            sums=sums,
            open_refunds=self.open_refunds,
            open=tuple(self.open),
            notes=tuple(self.notes),
            waiting_payments=self.waiting_payments,
            waiting=tuple(self.waiting),
            unread_webhooks=self.unread_webhooks,
            unread=self.unread,
            contradicted_refunds=self.contradicted_refunds,
            contradicted=tuple(self.contradicted),
        )
