"""The stored values of parameters, with their history."""

from typing import Protocol

from refunds.domain.settings.parameters import ParameterValue
from refunds.domain.settings.unreadable_settings import Loaded, UnreadableValue
from refunds.domain.tenancy import Scope


class ParameterStore(Protocol):
    """Values are only added, never edited: a new value supersedes earlier ones from its `effective_from` on."""

    async def version(self) -> int:
        """Grows with every change."""
        ...

    async def load_all(self) -> Loaded[ParameterValue, UnreadableValue]:
        """All values ever set, for a snapshot. StoreUnavailable."""
        ...

    async def add(self, scope: Scope, value: ParameterValue) -> None:
        """Stores a value and its audit record together; AlreadyExists for its id. The use case checks the scope."""
        ...
