"""The store of secrets, read once at the start of a process for its secret settings."""

from typing import Protocol


class SecretUnavailable(Exception):
    """The secret is missing, may not be read, or its store does not answer.

    The message contains nothing of the secret.
    """


class SecretStore(Protocol):
    """All secrets that this process may read."""

    async def text(self, secret_id: str) -> str:
        """Returns the present text of a secret. Raises SecretUnavailable."""
        ...
