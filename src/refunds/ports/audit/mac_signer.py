"""Signs messages with a MAC and verifies MACs. The adapters that store anchors use this port."""

from typing import Protocol

from refunds.domain.errors import Unavailable


class SignerUnavailable(Unavailable):
    """The service that holds the key does not answer now."""


class MacSigner(Protocol):
    """Signs messages with one key. A message may have any length. A MAC has at most 1,024 bytes."""

    async def sign(self, message: bytes) -> bytes:
        """Returns the MAC of the message. Raises SignerUnavailable."""
        ...

    async def is_signed(self, message: bytes, mac: bytes) -> bool:
        """True if this key made the MAC for this message. Raises SignerUnavailable."""
        ...
