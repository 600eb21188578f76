"""Signs messages with a MAC and verifies it. Used by the adapters that store anchors."""

from typing import Protocol

from refunds.domain.errors import Unavailable


class SignerUnavailable(Unavailable):
    """The service that holds the key does not answer now."""


class MacSigner(Protocol):
    """One key. The message may have any length; a MAC has at most 1,024 bytes."""

    async def sign(self, message: bytes) -> bytes:
        """The MAC of the message. SignerUnavailable."""
        ...

    async def is_signed(self, message: bytes, mac: bytes) -> bool:
        """True if the MAC is that of this message and key. SignerUnavailable."""
        ...
