"""Word between processes that tenants or parameters have changed. Only a hurry: who hears nothing looks by itself."""

from typing import Protocol


class ConfigInvalidations(Protocol):
    """One channel for all processes of an installation; it may drop and double."""

    def tell(self) -> None:
        """Never blocks and never fails."""
        ...

    async def heard(self) -> bool:
        """Waits for word; True after some came, False after a short while without any."""
        ...

    async def close(self) -> None:
        """Sends what waits, for a moment, and lets go of connections."""
        ...
