"""The base class of facts about a request that the web refuses before any use case. Pure."""

from msgspec import Struct


class RequestFact(Struct, frozen=True, kw_only=True):
    """A refusal; its text is in the table of its subject."""
