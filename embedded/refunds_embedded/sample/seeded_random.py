"""Makes random choices that can be repeated. The same seed makes the same sample on every machine."""

import math
import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

Choice = TypeVar("Choice")


class SeededRandom:
    """Makes the seeded choices for one named part of the sample, independent of all other parts."""

    def __init__(self, seed: int, part: str) -> None:
        self._random = random.Random(f"{seed}:{part}")  # noqa: S311 - a sample, not a secret

    def whole(self, low: int, high: int) -> int:
        """Returns a whole number from `low` to `high`. All numbers are equally likely."""
        return self._random.randint(low, high)

    def one_of(self, choices: Sequence[Choice]) -> Choice:
        """Returns one of the choices. All choices are equally likely."""
        return self._random.choice(choices)

    def weighted(self, weights: Mapping[Choice, int]) -> Choice:
        """Returns one of the keys. The probability of a key is proportional to its weight."""
        return self._random.choices(list(weights), weights=list(weights.values()))[0]

    def scaled(self, low: int, high: int) -> int:
        """Returns a whole number from `low` to `high`. Small numbers are more likely, as with prices."""
        return round(math.exp(self._random.uniform(math.log(low), math.log(high))))

    def shuffled(self, members: Sequence[Choice]) -> list[Choice]:
        """Returns the members in random order."""
        return self._random.sample(members, len(members))
