"""Defines the base class of what a verification reports about one object.

Each case has its own subclass with the facts of the case. `texts.finding_lines` has the lines that people read.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A report about one object that violates an invariant, is late, or waits for a person."""
