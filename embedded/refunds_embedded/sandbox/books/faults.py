"""Counts the first calls of a reference that must fail before one succeeds.

Used by the gateway. The counts are lost on a restart.
"""

from collections import OrderedDict

REFERENCES_COUNTED_MAX = 100_000


class FaultCounter:
    """Fails the first `faults_first` calls of each reference; when it is full, it removes the oldest reference."""

    def __init__(self, faults_first: int, references_max: int = REFERENCES_COUNTED_MAX) -> None:
        self._faults_first = faults_first
        self._references_max = references_max
        self._counts: OrderedDict[str, int] = OrderedDict()

    def strikes(self, reference: str) -> bool:
        """True if this call of the reference must fail."""
        count = self._counts.pop(reference, 0)
        if count >= self._faults_first:
            return False
        if len(self._counts) >= self._references_max:
            self._counts.popitem(last=False)
        self._counts[reference] = count + 1
        return True
