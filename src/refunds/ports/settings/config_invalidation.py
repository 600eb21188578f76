"""Messages between processes that tenants or parameters have changed. Only faster: processes also poll."""

from typing import Protocol


class ConfigInvalidations(Protocol):
    """One channel for all processes of an installation; it may drop and duplicate messages."""

    def publish(self) -> None:
        """Never blocks and never fails."""
        ...

    async def wait(self) -> bool:
        """Waits for a message; True if one came, False after a short while without any."""
        ...

    async def close(self) -> None:
        """Sends pending messages, for a moment, and closes connections."""
        ...
