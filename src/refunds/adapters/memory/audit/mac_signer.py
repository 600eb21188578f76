"""Signs in memory, with a key that is not secret. It implements `ports.audit.mac_signer` for tests."""

from hashlib import blake2b
from hmac import compare_digest

from refunds.adapters.memory.line import DIRECT, Line, LineLost, NotSent
from refunds.ports.audit.mac_signer import SignerUnavailable

MAC_BYTES = 32


class MemorySigner:
    """See the port."""

    def __init__(self, key: bytes = b"known", line: Line = DIRECT) -> None:
        self._key = key
        self._line = line

    async def sign(self, message: bytes) -> bytes:
        """See the port."""
        try:
            return await self._line.call("macs.sign", lambda: self._mac(message))
        except (NotSent, LineLost) as error:
            raise SignerUnavailable from error

    async def is_signed(self, message: bytes, mac: bytes) -> bool:
        """See the port."""
        try:
            return await self._line.call("macs.verify", lambda: compare_digest(self._mac(message), mac))
        except (NotSent, LineLost) as error:
            raise SignerUnavailable from error

    def _mac(self, message: bytes) -> bytes:
        return blake2b(message, key=self._key, digest_size=MAC_BYTES).digest()
