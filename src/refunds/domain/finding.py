"""What a verification reports about one object: one class per case, with its facts. Pure.

Their lines are in `texts.finding_lines`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One report about one object: an invariant is violated, or something is late or waits there."""
