"""Counts the calls of each reference, so that the sandbox can make the first calls fail.

The gateway uses this module. The counts are lost at a restart.
"""

from collections import OrderedDict

REFERENCES_COUNTED_MAX = 100_000


class FaultCounter:
    """Makes the first `faults_first` calls of each reference fail.

    If the counter already has `references_max` references, a new reference replaces the oldest one.
    """

    def __init__(self, faults_first: int, references_max: int = REFERENCES_COUNTED_MAX) -> None:
        self._faults_first = faults_first
        self._references_max = references_max
        self._counts: OrderedDict[str, int] = OrderedDict()

    def strikes(self, reference: str) -> bool:
        """Counts a call of the reference. Returns True if the call must fail."""
        count = self._counts.pop(reference, 0)
        if count >= self._faults_first:
            return False
        if len(self._counts) >= self._references_max:
            self._counts.popitem(last=False)
        self._counts[reference] = count + 1
        return True
