"""The violations that a run found, each with its payment, if there is one."""

from dataclasses import dataclass, field

LINES_MAX = 50


@dataclass(frozen=True, slots=True)
class Violation:
    """One line; `subject` is a payment's id, or empty."""

    kind: str
    subject: str
    line: str


@dataclass(slots=True)
class Findings:
    """Collects violations; lines are bounded, the count is not."""

    count: int = 0
    violations: list[Violation] = field(default_factory=list)

    def add(self, kind: str, subject: str, line: str) -> None:
        """Adds a violation."""
        self.count += 1
        if len(self.violations) < LINES_MAX:
            self.violations.append(Violation(kind, subject, line))
