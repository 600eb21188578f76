"""Refusals for headers: one class a case. Pure.

Their texts are in `header_texts`.
"""

from dataclasses import dataclass

from refunds.texts.requests.request_fact import RequestFact


@dataclass(frozen=True, slots=True, kw_only=True)
class HostMissing(RequestFact):
    """HTTP/1.1 without a Host header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderRepeated(RequestFact):
    """A header of one value has several."""

    header: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EtagsMalformed(RequestFact):
    """If-Match is no list of ETags."""

    tags_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyMalformed(RequestFact):
    """The Idempotency-Key is missing or malformed."""

    chars_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileKeyTooLong(RequestFact):
    """The Idempotency-Key of a file leaves no room for the keys of its rows."""

    chars_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaTypeUnknown(RequestFact):
    """The body has a media type that the route does not read."""

    known: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyEncoded(RequestFact):
    """The body is compressed."""
