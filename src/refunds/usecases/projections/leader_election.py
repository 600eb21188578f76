"""Elects the leader among several readers of one stored position.

The reader that last moved the position leads until the position stops moving. Correctness does not depend on the
election, because a position is moved by compare-and-set. The election only avoids useless work.
"""

from dataclasses import dataclass

from refunds.ports.projections.read_models import Position


@dataclass(slots=True, kw_only=True)
class LeaderElection:
    """The election as the reader `name` sees it.

    The reader takes the lead if the position has not moved for `polls_before_takeover` polls.
    """

    name: str
    polls_before_takeover: int
    _seen_seq: int = -1
    _idle_polls: int = 0

    def may_lead(self, position: Position) -> bool:
        """Returns True if this reader may move the position. Call this method once per poll of the stored position."""
        if position.holder in ("", self.name):
            return True
        self._idle_polls = self._idle_polls + 1 if position.seq == self._seen_seq else 0
        self._seen_seq = position.seq
        return self._idle_polls >= self.polls_before_takeover
