"""Sends messages between processes when tenants or parameters have changed.

The messages only save time, because processes also check for changes regularly.
"""

from typing import Protocol


class ConfigInvalidations(Protocol):
    """A channel that all processes of an installation share. It may drop and duplicate messages."""

    def publish(self) -> None:
        """Sends a message to the other processes, and never blocks or fails."""
        ...

    async def wait(self) -> bool:
        """Waits for a message and returns True if one came. Returns False if no message comes within a short time."""
        ...

    async def close(self) -> None:
        """Sends the waiting messages, but only for a short time, and closes the connections."""
        ...
