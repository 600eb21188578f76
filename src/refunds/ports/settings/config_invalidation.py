"""Messages between processes that tenants or parameters have changed. They only save time: processes also poll."""

from typing import Protocol


class ConfigInvalidations(Protocol):
    """One channel for all processes of an installation; it may drop and duplicate messages."""

    def publish(self) -> None:
        """Sends a message; never blocks and never fails."""
        ...

    async def wait(self) -> bool:
        """Waits for a message; returns True if one came, False if none came for a short while."""
        ...

    async def close(self) -> None:
        """Sends waiting messages for a short time and closes the connections."""
        ...
