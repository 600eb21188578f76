"""A day of load, minute by minute, whose peak is ten times its mean; the same every time.

A quiet night, a working day, and one hour at noon in which most of it happens (a recall, a broken sale).
"""

from math import exp, pi, sin, sqrt
from random import Random

DAY_MINUTES = 24 * 60
PEAK = 10.0
PEAK_AT_MINUTE = 12 * 60
PEAK_WIDTH_MINUTES = 40
NOISE = 0.08
SEED = 22


def day(seed: int = SEED) -> tuple[float, ...]:
    """Load of each minute in multiples of the day's mean: their mean is 1, their greatest 10. `seed`: the noise's."""
    share = PEAK_WIDTH_MINUTES * sqrt(2 * pi) / DAY_MINUTES
    height = (PEAK - 1) / (1 - share)
    base = PEAK - height
    noise = Random(seed)
    raw = [
        (base * (1 + 0.5 * sin(2 * pi * (minute - 6 * 60) / DAY_MINUTES)) + height * _bell(minute))
        * (1 + noise.uniform(-NOISE, NOISE))
        for minute in range(DAY_MINUTES)
    ]
    return _scaled(raw)


def _bell(minute: int) -> float:
    return exp(-(((minute - PEAK_AT_MINUTE) / PEAK_WIDTH_MINUTES) ** 2) / 2)


def _scaled(raw: list[float]) -> tuple[float, ...]:
    """Mean to 1, then the excess over 1 stretched so that the greatest is exactly the peak and the mean stays."""
    mean = sum(raw) / len(raw)
    ones = [each / mean for each in raw]
    stretch = (PEAK - 1) / (max(ones) - 1)
    return tuple(max(1 + (each - 1) * stretch, 0.0) for each in ones)
