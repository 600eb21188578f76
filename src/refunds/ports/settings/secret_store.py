"""The keeper of secrets: asked once, at the start of a process, for the settings that nobody may read in passing."""

from typing import Protocol


class SecretUnavailable(Exception):
    """The secret cannot be read: it is not there, may not be read, or its keeper does not answer. Says no content."""


class SecretStore(Protocol):
    """All secrets that this process may read."""

    async def text(self, secret_id: str) -> str:
        """The present text of a secret. SecretUnavailable."""
        ...
