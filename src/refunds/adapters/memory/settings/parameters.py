"""Stores the values of parameters in the simulated database. It implements `ports.settings.parameters`."""

from refunds.adapters.memory.client import Client
from refunds.adapters.memory.database import MemoryDatabase
from refunds.adapters.memory.line import DIRECT, Line
from refunds.adapters.memory.settings.settings_store import SettingsTable
from refunds.domain.settings.parameters import ParameterValue
from refunds.domain.settings.unreadable_settings import Loaded, UnreadableValue
from refunds.domain.tenancy import Scope
from refunds.usecases.audit.audit_codec import parameter_entry


class MemoryParameters:
    """See `ports.settings.parameters`. Returns the values in the order in which they were set."""

    def __init__(self, database: MemoryDatabase | None = None, line: Line = DIRECT) -> None:
        self._table = SettingsTable(Client(database or MemoryDatabase(), line), "parameter_values")

    async def version(self) -> int:
        """See the port."""
        return await self._table.version()

    async def load_all(self) -> Loaded[ParameterValue, UnreadableValue]:
        """See the port."""
        return Loaded(readable=await self._table.load_all())

    async def add(self, scope: Scope, value: ParameterValue) -> None:  # noqa: ARG002 - the use case checks it
        """See the port."""
        await self._table.add(value.id, value, parameter_entry(value), "parameter value")
