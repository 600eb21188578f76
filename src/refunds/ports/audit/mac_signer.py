"""Signs messages with a MAC and verifies MACs. Used by the adapters that store anchors."""

from typing import Protocol

from refunds.domain.errors import Unavailable


class SignerUnavailable(Unavailable):
    """The service that holds the key does not answer now."""


class MacSigner(Protocol):
    """Signs with one key. The message may have any length; a MAC has at most 1,024 bytes."""

    async def sign(self, message: bytes) -> bytes:
        """Returns the MAC of the message. Raises SignerUnavailable."""
        ...

    async def is_signed(self, message: bytes, mac: bytes) -> bool:
        """True if the MAC belongs to this message and key. Raises SignerUnavailable."""
        ...
