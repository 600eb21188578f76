"""Reads secrets from a store. A process reads its secret settings once, at its start."""

from typing import Protocol


class SecretUnavailable(Exception):
    """The secret is missing or may not be read, or the store does not answer.

    The message contains nothing of the secret.
    """


class SecretStore(Protocol):
    """Reads the secrets that this process may read."""

    async def text(self, secret_id: str) -> str:
        """Returns the current text of a secret. Raises SecretUnavailable."""
        ...
