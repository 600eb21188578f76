"""What a verification states of one place: one class a case, with its facts. Pure.

Their lines are in `texts.finding_lines`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One place: an invariant does not hold there, or something is late or waits there."""
