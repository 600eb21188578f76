"""The report of a verification: one check per invariant, with the number of things checked and its violations.

Filled by `verify_invariants` and `verify_audit`; lines are bounded, counts are not.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from refunds.ports.audit.verification_reads import LedgerSum


class Invariant(StrEnum):
    """The invariants; the values are their texts for people."""

    CAUGHT_UP = "Read models have caught up with the payments"
    AMOUNTS = "Amounts equal the refunds and stay within what was captured"
    REPLAYED = "Payments and refunds stand where their histories lead"
    KEYS = "One idempotency key, one refund"
    GATEWAY_IDS = "One id at a gateway, one payment"
    WAITING = "Every refund is at its end or waits for a named thing"
    LISTED = "Lists show what the payments record"
    ROLLED_UP = "Roll-ups count what the payments record"
    ZERO = "The ledger sums to zero in every currency"
    POSTED = "The ledger equals the payments"
    AUDITED = "Every change is in the audit log, as it happened"
    SETTINGS = "Tenants and parameters are those of the audit log"
    ATTRIBUTED = "Refunds were made and approved by whom their history names"
    CHAINS = "The audit chains are unbroken"
    ANCHORED = "The audit chains go on from where they were anchored"
    BOOKS = "The gateway moved what the payments record, each attempt at most once"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One invariant: how many things were checked, how many violate it, and the first violations as lines."""

    invariant: Invariant
    checked: int
    violations: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The result. `open_lines` list the first refunds whose outcome is not known yet.

    `notes` are facts that violate no invariant: epochs of anchors, and what was lost between them. `waiting_lines` list
    the first payments in a reader's quarantine, whose changes come later. `unread_lines` list the first webhooks that
    could not be read, which changed nothing. `contradicted_lines` list the first refunds that only a person can settle.
    """

    checks: tuple[Check, ...]
    sums: Sequence[LedgerSum] = ()
    open_refunds: int = 0
    open_lines: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    waiting_payments: int = 0
    waiting_lines: tuple[str, ...] = ()
    unread_webhooks: int = 0
    unread_lines: tuple[str, ...] = ()
    contradicted_refunds: int = 0
    contradicted_lines: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        """True if every invariant holds."""
        return not any(check.violations for check in self.checks)


@dataclass(slots=True)
class Findings:
    """Collects violations; at most `lines_max` lines per invariant."""

    lines_max: int = 100
    _checked: dict[Invariant, int] = field(default_factory=dict)
    _violations: dict[Invariant, int] = field(default_factory=dict)
    _lines: dict[Invariant, list[str]] = field(default_factory=dict)
    open_refunds: int = 0
    open_lines: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    waiting_payments: int = 0
    waiting_lines: list[str] = field(default_factory=list)
    unread_webhooks: int = 0
    unread_lines: tuple[str, ...] = ()
    contradicted_refunds: int = 0
    contradicted_lines: list[str] = field(default_factory=list)

    def looked(self, invariant: Invariant, checked: int, lines: Iterable[str] = ()) -> None:
        """Counts things checked, and their violations."""
        self._checked[invariant] = self._checked.get(invariant, 0) + checked
        for line in lines:
            self._violations[invariant] = self._violations.get(invariant, 0) + 1
            kept = self._lines.setdefault(invariant, [])
            if len(kept) < self.lines_max:
                kept.append(line)

    def saw_open(self, line: str) -> None:
        """Counts a refund whose outcome is open."""
        self.open_refunds += 1
        if len(self.open_lines) < self.lines_max:
            self.open_lines.append(line)

    def note(self, line: str) -> None:
        """Adds a note, up to `lines_max`."""
        if len(self.notes) < self.lines_max:
            self.notes.append(line)

    def saw_waiting(self, line: str) -> None:
        """Counts a payment that waits in a reader's quarantine."""
        self.waiting_payments += 1
        if len(self.waiting_lines) < self.lines_max:
            self.waiting_lines.append(line)

    def saw_contradicted(self, line: str) -> None:
        """Counts a refund whose gateway contradicted itself and that only a person can settle."""
        self.contradicted_refunds += 1
        if len(self.contradicted_lines) < self.lines_max:
            self.contradicted_lines.append(line)

    def saw_unread(self, count: int, lines: Sequence[str]) -> None:
        """Sets the number of webhooks that could not be read, with the first of them as lines."""
        self.unread_webhooks, self.unread_lines = count, tuple(lines)

    def report(self, sums: Sequence[LedgerSum] = ()) -> Report:
        """The report of all checks so far."""
        checks = tuple(
            Check(
                invariant=invariant,
                checked=self._checked[invariant],
                violations=self._violations.get(invariant, 0),
                lines=tuple(self._lines.get(invariant, ())),
            )
            for invariant in Invariant
            if invariant in self._checked
        )
        return Report(
            checks=checks,
            sums=sums,
            open_refunds=self.open_refunds,
            open_lines=tuple(self.open_lines),
            notes=tuple(self.notes),
            waiting_payments=self.waiting_payments,
            waiting_lines=tuple(self.waiting_lines),
            unread_webhooks=self.unread_webhooks,
            unread_lines=self.unread_lines,
            contradicted_refunds=self.contradicted_refunds,
            contradicted_lines=tuple(self.contradicted_lines),
        )
