"""Stores the values of parameters with their history."""

from typing import Protocol

from refunds.domain.settings.parameters import ParameterValue
from refunds.domain.settings.unreadable_settings import Loaded, UnreadableValue
from refunds.domain.tenancy import Scope


class ParameterStore(Protocol):
    """Stores the values of parameters.

    Values are only added, never edited. A new value replaces the earlier values from its `effective_from` on.
    """

    async def version(self) -> int:
        """Returns the version of the stored values, which grows with every change."""
        ...

    async def load_all(self) -> Loaded[ParameterValue, UnreadableValue]:
        """Returns all values ever set, from which a snapshot is built. Raises StoreUnavailable."""
        ...

    async def add(self, scope: Scope, value: ParameterValue) -> None:
        """Stores a value together with its audit record.

        Raises AlreadyExists if a value with this id is stored. The use case must check the scope.
        """
        ...
