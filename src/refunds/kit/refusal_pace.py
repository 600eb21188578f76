"""Spreads the refusals of a flood over time, so that they leave CPU for the requests that are answered.

Called by `runtime.http.load_limits`; each method takes the time as a parameter. A caller with a fixed number of
connections sends again as soon as it is refused. A later refusal therefore slows down the caller, too
(docs/decisions/0053).
"""

from dataclasses import dataclass


@dataclass(slots=True, kw_only=True)
class RefusalPace:
    """Few refusals leave at once. Many leave one after another, each after `pause_max_s` seconds at the latest."""

    pause_max_s: float
    _next_s: float = 0.0

    def pause_s(self, now_s: float, per_s: float) -> float:
        """Returns the pause before a refusal in seconds; `per_s` refusals may leave per second."""
        leaves_s = max(self._next_s, now_s)
        self._next_s = min(leaves_s + 1.0 / per_s, now_s + self.pause_max_s)
        return leaves_s - now_s
