"""What the web states of a request that it refuses before a use case sees it: one class a case. Pure.

Their texts are in `request_texts`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFact:
    """One case."""


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
class ConnectionEnded(RequestFact):
    """The caller disconnected before the end of the body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyUnreadable(RequestFact):
    """The server could not read the body on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodySlow(RequestFact):
    """The body did not arrive in time."""

    within_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyLarge(RequestFact):
    """The body is too large."""

    bytes_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaTypeUnknown(RequestFact):
    """The body has a media type that the route does not read."""

    known: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyEncoded(RequestFact):
    """The body is compressed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyNotJson(RequestFact):
    """The body is not JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyNotUtf8(RequestFact):
    """The body is not UTF-8."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryMalformed(RequestFact):
    """The query cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterRepeated(RequestFact):
    """A query parameter occurs twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryNotTaken(RequestFact):
    """The route has no query parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteUnknown(RequestFact):
    """No route has this path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodUnknown(RequestFact):
    """The route has other methods."""

    allowed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenMissing(RequestFact):
    """The request has no access token."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenScopeUnknown(RequestFact):
    """The scope of the token is no tenant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenNotAscii(RequestFact):
    """The token is not ASCII."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenTooLong(RequestFact):
    """The token is too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenOfOtherIssuer(RequestFact):
    """The token is of another issuer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenOfOtherAudience(RequestFact):
    """The token is for another audience."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenExpired(RequestFact):
    """The token is no longer valid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenNotYetValid(RequestFact):
    """The token is not valid yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenInvalid(RequestFact):
    """The token's signature or content is not valid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSubjectMalformed(RequestFact):
    """The subject of the token is malformed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRoleUnknown(RequestFact):
    """The role of the token is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleForbids(RequestFact):
    """The role does not allow the action."""

    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorMissing(RequestFact):
    """The action needs a recent second factor."""

    age_max_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestsInFlight(RequestFact):
    """The process answers as many requests as it may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyBytesInMemory(RequestFact):
    """The process holds as many bytes of bodies as it may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateExceeded(RequestFact):
    """The tenant has made as many requests as it may."""

    tenant_id: str
    requests_max: int
    span_s: int
    wait_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFailed(RequestFact):
    """The service failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRepeated(RequestFact):
    """A row occurs twice."""

    earlier: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RowAndKeyRepeated(RequestFact):
    """A row and its key occur twice."""

    earlier: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RowOfOtherFile(RequestFact):
    """A row is not in the file that the key belongs to."""

    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOfOtherRows(RequestFact):
    """The key belongs to a file with other rows."""

    others: int
    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOfMoreRows(RequestFact):
    """The key belongs to a file without some of these rows."""

    others: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOfMissingRows(RequestFact):
    """The key belongs to a file with rows that are missing here."""

    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileInParts(RequestFact):
    """The key belongs to several files, each for other merchants."""

    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOfFewerRows(RequestFact):
    """The key belongs to a file with rows of other merchants or payments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOfManyRows(RequestFact):
    """The file has too many rows."""

    rows_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvMalformed(RequestFact):
    """A line of the file is not CSV."""

    line: int
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvNotUtf8(RequestFact):
    """The file is not UTF-8."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvWithNul(RequestFact):
    """The file contains U+0000."""
