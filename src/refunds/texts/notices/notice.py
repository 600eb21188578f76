"""The base class of the notices that a command prints when it succeeds. Pure."""

from msgspec import Struct


class Notice(Struct, frozen=True, kw_only=True):
    """A notice; its text is in `notice_texts`."""
