"""The base class of facts about a single field that breaks a rule. Pure."""

from msgspec import Struct


class FieldFact(Struct, frozen=True, kw_only=True):
    """A broken rule of a field; its text is in the table of its subject."""
