"""Why a header is refused: one class per case. Pure.

The texts are in `header_texts`.
"""

from refunds.texts.requests.request_fact import RequestFact


class HostMissing(RequestFact, frozen=True, kw_only=True):
    """A request of HTTP/1.1 has no Host header."""


class HeaderRepeated(RequestFact, frozen=True, kw_only=True):
    """A header that may have one value has several."""

    header: str


class EtagsMalformed(RequestFact, frozen=True, kw_only=True):
    """If-Match is not a list of ETags."""

    tags_max: int


class KeyMalformed(RequestFact, frozen=True, kw_only=True):
    """The Idempotency-Key is missing or malformed."""

    chars_max: int


class FileKeyTooLong(RequestFact, frozen=True, kw_only=True):
    """The Idempotency-Key of a file leaves no room for the keys of its rows."""

    chars_max: int


class MediaTypeUnknown(RequestFact, frozen=True, kw_only=True):
    """The body has a media type that the route does not read."""

    known: tuple[str, ...]


class AnswerTypeRefused(RequestFact, frozen=True, kw_only=True):
    """Accept does not allow the media type of the route's answers."""

    given: str


class BodyEncoded(RequestFact, frozen=True, kw_only=True):
    """The body is compressed."""
