"""Makes ids for tests and the simulation. The same seed and clock give the same ids in the same order."""

from random import Random

from refunds.domain import ids
from refunds.ports.clock import Clock


class SeededIds:
    """Makes ids from the clock's time and from random bits. The seed determines the random bits."""

    def __init__(self, clock: Clock, seed: int = 0) -> None:
        self._clock = clock
        self._random = Random(seed)  # noqa: S311 - repeatable, not for secrets

    def new(self, prefix: str) -> str:
        """Returns a new id that begins with `prefix`. Ids with the same prefix sort by time."""
        return ids.new_id(prefix, self._now_ms(), self._random.getrandbits(ids.RANDOM_BITS))

    def refund_id(self, payment_id: str, merchant_id: str) -> str:
        """Returns a new id for a refund of this payment."""
        return ids.refund_id(self._now_ms(), self._random.getrandbits(ids.RANDOM_BITS), payment_id, merchant_id)

    def write_token(self) -> str:
        """Returns sixteen characters that identify one write or one lease."""
        return ids.base32(self._random.getrandbits(ids.RANDOM_BITS), 16)

    def _now_ms(self) -> int:
        return int(self._clock.now().timestamp() * 1000)
