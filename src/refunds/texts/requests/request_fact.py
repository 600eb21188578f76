"""What the web states of a request that it refuses before a use case sees it. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFact:
    """One case; its text is in the table of its subject."""
