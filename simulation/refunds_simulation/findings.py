"""Collects the violations that a simulation found."""

from dataclasses import dataclass, field

LINES_MAX = 50


@dataclass(frozen=True, slots=True)
class Violation:
    """One violation, described in one line. `subject` is the id of the payment, or empty if there is none."""

    kind: str
    subject: str
    line: str


@dataclass(slots=True)
class Findings:
    """Counts all violations, and keeps the first `LINES_MAX` violations."""

    count: int = 0
    violations: list[Violation] = field(default_factory=list)

    def add(self, kind: str, subject: str, line: str) -> None:
        """Counts a violation, and keeps it if there is room."""
        self.count += 1
        if len(self.violations) < LINES_MAX:
            self.violations.append(Violation(kind, subject, line))
