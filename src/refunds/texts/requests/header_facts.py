"""Defines the reasons why a header is refused, as one class per reason. `header_texts` has their texts."""

from refunds.texts.requests.request_fact import RequestFact


class HostMissing(RequestFact, frozen=True, kw_only=True):
    """An HTTP/1.1 request has no Host header."""


class HeaderRepeated(RequestFact, frozen=True, kw_only=True):
    """A header that may occur only once occurs several times."""

    header: str


class EtagsMalformed(RequestFact, frozen=True, kw_only=True):
    """If-Match is not a list of ETags."""

    tags_max: int


class KeyMalformed(RequestFact, frozen=True, kw_only=True):
    """The Idempotency-Key is missing or malformed."""

    chars_max: int


class FileKeyTooLong(RequestFact, frozen=True, kw_only=True):
    """The Idempotency-Key of a file is so long that the keys of its rows would be too long."""

    chars_max: int


class MediaTypeUnknown(RequestFact, frozen=True, kw_only=True):
    """The body has a media type that the route does not read."""

    known: tuple[str, ...]


class AnswerTypeRefused(RequestFact, frozen=True, kw_only=True):
    """The Accept header does not allow the media type in which the route answers."""

    given: str


class BodyEncoded(RequestFact, frozen=True, kw_only=True):
    """The body is compressed."""
