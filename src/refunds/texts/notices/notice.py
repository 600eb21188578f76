"""Defines the base class of the notices that a command prints when it succeeds."""

from msgspec import Struct


class Notice(Struct, frozen=True, kw_only=True):
    """A notice that a command prints. `notice_texts` has its text."""
