"""Hints in memory: kept in a list that tests read; taken without waiting."""

from collections.abc import Sequence

from refunds.ports.hints import Hint, HintKind

HINTS_MAX = 10_000


class MemoryHints:
    """A bounded list of hints per kind."""

    def __init__(self) -> None:
        self.told: list[Hint] = []

    def tell(self, hint: Hint) -> None:
        """Keeps the hint, or drops it where there is no room."""
        if len(self.told) < HINTS_MAX:
            self.told.append(hint)

    async def take(self, kind: HintKind, hints_max: int) -> Sequence[Hint]:
        """The oldest hints of a kind; empty where there is none."""
        taken = [hint for hint in self.told if hint.kind is kind][:hints_max]
        self.told = [hint for hint in self.told if hint not in taken]
        return taken

    async def close(self) -> None:
        """Nothing to let go of."""
