"""Encodes and decodes list cursors. A cursor contains the time and id of the last row as opaque text.

A checksum in the cursor detects mistyped and invented cursors. A person who reads this code can still make a valid
cursor. That does no harm, because a cursor never shows rows outside the caller's scope.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b

from refunds.domain.invalid_input import CursorUnknown

_CHECKSUM_BYTES = 6
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The row after which a page begins."""

    created_at: datetime
    id: str


def encode_cursor(place: Place) -> str:
    """Returns the place as text that is safe in a URL."""
    at_ms = (place.created_at - _EPOCH) // timedelta(milliseconds=1)
    body = f"{at_ms}:{place.id}".encode()
    return urlsafe_b64encode(_checksum(body) + body).rstrip(b"=").decode()


def decode_cursor(cursor: str) -> Place:
    """Returns the place that `encode_cursor` encoded. Raises CursorUnknown for any other text."""
    try:
        raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        checksum, body = raw[:_CHECKSUM_BYTES], raw[_CHECKSUM_BYTES:]
        at_ms, _, row_id = body.decode().partition(":")
        place = Place(created_at=_EPOCH + timedelta(milliseconds=int(at_ms)), id=row_id)
    except (ValueError, OverflowError):
        raise CursorUnknown from None
    if checksum != _checksum(body) or cursor != encode_cursor(place):
        raise CursorUnknown
    return place


def _checksum(body: bytes) -> bytes:
    return blake2b(body, digest_size=_CHECKSUM_BYTES, person=b"refund_list").digest()
