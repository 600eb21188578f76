"""Which of several readers of one position leads: whoever moved it last, until it no longer moves.

Correctness never rests on this: a position is moved by compare-and-set. It only keeps readers out of each other's way.
"""

from dataclasses import dataclass

from refunds.ports.projections.read_models import Position


@dataclass(slots=True, kw_only=True)
class LeaderElection:
    """The eyes of the reader `name`: `polls_before_takeover` looks without a move make it the leader."""

    name: str
    polls_before_takeover: int
    _seen_seq: int = -1
    _looks: int = 0

    def may_lead(self, position: Position) -> bool:
        """One look at the stored position."""
        if position.holder in ("", self.name):
            return True
        self._looks = self._looks + 1 if position.seq == self._seen_seq else 0
        self._seen_seq = position.seq
        return self._looks >= self.polls_before_takeover
