"""Delays refusals during a flood of requests, which leaves CPU for the requests that are answered.

`runtime.http.load_limits` calls this module. Each method takes the time as a parameter. A caller with a fixed number of
connections sends again as soon as it is refused. A later refusal therefore slows down the caller, too
(docs/decisions/0053).
"""

from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class RefusalPace:
    """Computes the pauses before refusals. Few refusals need no pause. No pause exceeds `pause_max_s` seconds."""

    pause_max_s: float
    _next_s: float = 0.0

    def pause_s(self, now_s: float, per_s: float) -> float:
        """Returns the seconds to wait before the next refusal is sent, at a rate of `per_s` refusals per second."""
        leaves_s = max(self._next_s, now_s)
        self._next_s = min(leaves_s + 1.0 / per_s, now_s + self.pause_max_s)
        return leaves_s - now_s
