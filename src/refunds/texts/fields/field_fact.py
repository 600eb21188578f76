"""What the web states of a single field that breaks a rule. Pure."""

from msgspec import Struct


class FieldFact(Struct, frozen=True, kw_only=True):
    """One case; its text is in the table of its subject."""
