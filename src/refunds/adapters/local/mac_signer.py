"""Signs by HMAC-SHA256 with a key on this machine. An embedded instance without a key service uses this.

A person who can read the key can sign anything. The key is stored with the other secrets of the data folder. The key is
never logged or printed.
"""

import hmac
from hashlib import sha256

from refunds.kit.config import Secret

KEY_CHARS_MIN = 32


class HmacSigner:
    """See `ports.audit.mac_signer`. Raises ValueError if the key has fewer than KEY_CHARS_MIN characters."""

    def __init__(self, key: Secret) -> None:
        if len(key) < KEY_CHARS_MIN:
            raise ValueError(f"a sealing key has at least {KEY_CHARS_MIN} characters")
        self._key = key.encode()

    async def sign(self, message: bytes) -> bytes:
        """See the port."""
        return hmac.digest(self._key, message, sha256)

    async def is_signed(self, message: bytes, mac: bytes) -> bool:
        """See the port."""
        return hmac.compare_digest(hmac.digest(self._key, message, sha256), mac)
