"""What a verification reports about one object: one class per case, with its facts. Pure.

The lines are in `texts.finding_lines`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One report about one object: the object violates an invariant, is late, or waits for a person."""
