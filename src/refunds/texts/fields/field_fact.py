"""What the web states of a single field that breaks a rule. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldFact:
    """One case; its text is in the table of its subject."""
