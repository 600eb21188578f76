"""Makes new ids from the clock's milliseconds and random bits of the operating system."""

import time
from os import urandom

from refunds.domain import ids


class SystemIds:
    """Makes new ids. Reads random bits in blocks, because each read is a system call."""

    _BLOCK_BYTES = 4000

    def __init__(self) -> None:
        self._pool = b""

    def _random_bits(self) -> int:
        if len(self._pool) < 10:
            self._pool = urandom(self._BLOCK_BYTES)
        bits, self._pool = self._pool[:10], self._pool[10:]
        return int.from_bytes(bits)

    def write_token(self) -> str:
        """Returns 16 random characters. They identify one write or one lease."""
        return ids.base32(self._random_bits(), 16)

    def new(self, prefix: str) -> str:
        """Returns a new id that begins with `prefix`. Ids with the same prefix sort by time."""
        return ids.new_id(prefix, time.time_ns() // 1_000_000, self._random_bits())

    def refund_id(self, payment_id: str, merchant_id: str) -> str:
        """Returns a new id for a refund of this payment."""
        return ids.refund_id(time.time_ns() // 1_000_000, self._random_bits(), payment_id, merchant_id)
