"""The stored values of parameters, with their history."""

from typing import Protocol

from refunds.domain.settings.parameters import ParameterValue
from refunds.domain.settings.unreadable_settings import Loaded, UnreadableValue
from refunds.domain.tenancy import Scope


class ParameterStore(Protocol):
    """Values are only added, never edited: a new value supersedes earlier ones from its `effective_from` on."""

    async def version(self) -> int:
        """Returns a number that grows with every change."""
        ...

    async def load_all(self) -> Loaded[ParameterValue, UnreadableValue]:
        """Returns all values ever set, for a snapshot. Raises StoreUnavailable."""
        ...

    async def add(self, scope: Scope, value: ParameterValue) -> None:
        """Stores a value and its audit record together.

        Raises AlreadyExists if the id is used. The use case checks the scope.
        """
        ...
