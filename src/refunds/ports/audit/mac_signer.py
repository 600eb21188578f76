"""Seals: proof that a message was written by someone who holds the key. Used by the adapters that keep anchors."""

from typing import Protocol

from refunds.domain.errors import Unavailable


class SignerUnavailable(Unavailable):
    """The keeper of the key does not answer now."""


class MacSigner(Protocol):
    """One key. The message may have any length; a seal is short (at most 1,024 bytes)."""

    async def seal(self, message: bytes) -> bytes:
        """The seal of the message. SignerUnavailable."""
        ...

    async def is_signed(self, message: bytes, seal: bytes) -> bool:
        """Whether the seal was made of this very message with the key. SignerUnavailable."""
        ...
