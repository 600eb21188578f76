"""Defines the base class of facts about a single field that breaks a rule."""

from msgspec import Struct


class FieldFact(Struct, frozen=True, kw_only=True):
    """A rule that a field breaks. The tables in this package contain a text for each rule."""
