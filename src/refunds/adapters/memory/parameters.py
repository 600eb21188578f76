"""The values of parameters in memory: the double of the real store."""

from collections.abc import Sequence

from refunds.domain.errors import AlreadyExists
from refunds.domain.parameters import ParameterValue
from refunds.domain.tenancy import Scope


class MemoryParameters:
    """Values in the order in which they were set."""

    def __init__(self) -> None:
        self._values: dict[str, ParameterValue] = {}

    async def version(self) -> int:
        """How many values were ever set."""
        return len(self._values)

    async def load_all(self) -> Sequence[ParameterValue]:
        """All values ever set."""
        return tuple(self._values.values())

    async def add(self, scope: Scope, value: ParameterValue) -> None:  # noqa: ARG002 - the use case looks at it
        """Stores a value; AlreadyExists for its id."""
        if value.id in self._values:
            raise AlreadyExists(kind="parameter value")
        self._values[value.id] = value
