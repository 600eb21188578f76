"""Elects the leader of several readers of one position: the reader that moved the position last, while it still moves.

Correctness does not depend on this, since a position is moved by compare-and-set; it avoids useless work.
"""

from dataclasses import dataclass

from refunds.ports.projections.read_models import Position


@dataclass(slots=True, kw_only=True)
class LeaderElection:
    """Election for the reader `name`: it leads once the position has not moved for `polls_before_takeover` polls."""

    name: str
    polls_before_takeover: int
    _seen_seq: int = -1
    _idle_polls: int = 0

    def may_lead(self, position: Position) -> bool:
        """True if this reader may move the position; call once per poll of the stored position."""
        if position.holder in ("", self.name):
            return True
        self._idle_polls = self._idle_polls + 1 if position.seq == self._seen_seq else 0
        self._seen_seq = position.seq
        return self._idle_polls >= self.polls_before_takeover
