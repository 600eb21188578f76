"""Defines the report of a verification. The report has one check per invariant.

Each check has the number of checked objects and the number of violations. `verify_invariants` and `verify_audit` fill
the report. All findings are counted, but only a limited number of them is listed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from msgspec import Struct

from refunds.domain.finding import Finding
from refunds.ports.audit.verification_reads import LedgerSum


class Invariant(StrEnum):
    """The codes of the invariants. `texts.verification_texts` has a sentence for each code."""

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
    """The result for one invariant.

    `checked` and `violations` count objects and violations. `found` has only the first findings.
    """

    invariant: Invariant
    checked: int
    violations: int
    found: tuple[Finding, ...]


class Report(Struct, frozen=True, kw_only=True):
    """The result of a verification. Each list contains only a limited number of findings.

    `open` has refunds whose outcome is not known yet. `notes` has facts that violate no invariant, for example why a
    person began a new sequence of anchors. `waiting` has payments that a reader of the feed has in quarantine and will
    apply later. `unread` has webhooks that could not be read and so changed nothing. `contradicted` has refunds that
    only a person can decide.
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
        """Returns True if every invariant holds."""
        return not any(check.violations for check in self.checks)


@dataclass(slots=True)
class Findings:
    """Collects violations. Keeps at most `found_max` findings for each invariant."""

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
        """Adds checked objects and the violations found in them to the counts of the invariant."""
        self._checked[invariant] = self._checked.get(invariant, 0) + checked
        for finding in found:
            self._violations[invariant] = self._violations.get(invariant, 0) + 1
            kept = self._found.setdefault(invariant, [])
            if len(kept) < self.found_max:
                kept.append(finding)

    def saw_open(self, finding: Finding) -> None:
        """Counts a refund whose outcome is not known yet."""
        self.open_refunds += 1
        if len(self.open) < self.found_max:
            self.open.append(finding)

    def note(self, finding: Finding) -> None:
        """Adds a note. Drops it if there are already `found_max` notes."""
        if len(self.notes) < self.found_max:
            self.notes.append(finding)

    def saw_waiting(self, finding: Finding) -> None:
        """Counts a payment that waits in a reader's quarantine."""
        self.waiting_payments += 1
        if len(self.waiting) < self.found_max:
            self.waiting.append(finding)

    def saw_contradicted(self, finding: Finding) -> None:
        """Counts a refund whose gateway contradicted itself. Only a person can decide the refund's outcome."""
        self.contradicted_refunds += 1
        if len(self.contradicted) < self.found_max:
            self.contradicted.append(finding)

    def saw_unread(self, count: int, oldest: Sequence[Finding]) -> None:
        """Sets the number of webhooks that could not be read, and the findings about the oldest of these webhooks."""
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
