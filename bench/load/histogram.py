"""Counts latencies from 1 microsecond to 67 s in buckets. A bucket is at most 1.6 % wide.

Adding a latency always takes the same time. The drivers fill a histogram. The summary of a histogram is a `Latency`,
which is reported and compared.
"""

import msgspec

_SUB_BITS = 7
_SUB = 1 << _SUB_BITS
_VALUE_MAX = (1 << 26) - 1


class Latency(msgspec.Struct, frozen=True, kw_only=True):
    """A summary of latencies in milliseconds. All values are zero if nothing was answered."""

    count: int
    mean: float
    p50: float
    p95: float
    p99: float
    p999: float
    max: float


class Histogram:
    """Counts latencies by bucket."""

    def __init__(self) -> None:
        self._counts = [0] * ((26 - _SUB_BITS + 1) * _SUB)
        self._sum_s = 0.0
        self._max_s = 0.0
        self.count = 0

    def record(self, seconds: float) -> None:
        """Adds one latency."""
        value = min(int(seconds * 1e6), _VALUE_MAX)
        shift = value.bit_length() - _SUB_BITS
        index = value if shift <= 0 else (shift << (_SUB_BITS - 1)) + (value >> shift)
        self._counts[index] += 1
        self.count += 1
        self._sum_s += seconds
        self._max_s = max(self._max_s, seconds)

    def quantile_ms(self, share: float) -> float:
        """Returns a latency in milliseconds that at least `share` of all latencies do not exceed.

        It is the smallest such latency, rounded up to the end of its bucket. Returns 0 if there are no latencies.
        """
        wanted = max(1, -(-self.count * share // 1))
        seen = 0
        for index, count in enumerate(self._counts):
            seen += count
            if count and seen >= wanted:
                return min(_upper_us(index) / 1e3, self._max_s * 1e3)
        return 0.0

    def latency(self) -> Latency:
        """Returns the summary of all latencies."""
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
    """Returns the largest number of microseconds that belongs to the bucket with this index."""
    if index < _SUB:
        return index
    shift = (index >> (_SUB_BITS - 1)) - 1
    return ((index - (shift << (_SUB_BITS - 1)) + 1) << shift) - 1
