"""What the web states of a request that it refuses before a use case sees it. Pure."""

from msgspec import Struct


class RequestFact(Struct, frozen=True, kw_only=True):
    """One case; its text is in the table of its subject."""
