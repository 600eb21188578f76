"""Latencies in buckets of at most 1.6 % width, from 1 µs to 67 s, at a constant cost per value.

Filled by the drivers; summed up as a `Latency`, which is what travels and is compared.
"""

import msgspec

_SUB_BITS = 7
_SUB = 1 << _SUB_BITS
_VALUE_MAX = (1 << 26) - 1


class Latency(msgspec.Struct, frozen=True, kw_only=True):
    """Milliseconds. All zero where nothing was answered."""

    count: int
    mean: float
    p50: float
    p95: float
    p99: float
    p999: float
    max: float


class Histogram:
    """Counts by bucket; values in seconds."""

    def __init__(self) -> None:
        self._counts = [0] * ((26 - _SUB_BITS + 1) * _SUB)
        self._sum_s = 0.0
        self._max_s = 0.0
        self.count = 0

    def record(self, seconds: float) -> None:
        """Add one latency."""
        value = min(int(seconds * 1e6), _VALUE_MAX)
        shift = value.bit_length() - _SUB_BITS
        index = value if shift <= 0 else (shift << (_SUB_BITS - 1)) + (value >> shift)
        self._counts[index] += 1
        self.count += 1
        self._sum_s += seconds
        self._max_s = max(self._max_s, seconds)

    def quantile_ms(self, share: float) -> float:
        """The smallest latency that at least `share` of all stay within, in milliseconds."""
        wanted = max(1, -(-self.count * share // 1))
        seen = 0
        for index, count in enumerate(self._counts):
            seen += count
            if count and seen >= wanted:
                return min(_upper_us(index) / 1e3, self._max_s * 1e3)
        return 0.0

    def latency(self) -> Latency:
        """The summary."""
        return Latency(
            count=self.count,
            mean=round(self._sum_s / self.count * 1e3, 3) if self.count else 0.0,
            p50=round(self.quantile_ms(0.50), 3),
            p95=round(self.quantile_ms(0.95), 3),
            p99=round(self.quantile_ms(0.99), 3),
            p999=round(self.quantile_ms(0.999), 3),
            max=round(self._max_s * 1e3, 3),
        )


def _upper_us(index: int) -> int:
    """The largest number of microseconds that falls into a bucket."""
    if index < _SUB:
        return index
    shift = (index >> (_SUB_BITS - 1)) - 1
    return ((index - (shift << (_SUB_BITS - 1)) + 1) << shift) - 1
