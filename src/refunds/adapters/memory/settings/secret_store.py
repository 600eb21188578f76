"""Provides secrets from memory, for tests."""

from collections.abc import Mapping
from dataclasses import dataclass

from refunds.ports.settings.secret_store import SecretUnavailable


@dataclass(frozen=True, slots=True)
class MemorySecretStore:
    """See `ports.settings.secret_store`."""

    texts: Mapping[str, str]

    async def text(self, secret_id: str) -> str:
        """See the port."""
        if secret_id not in self.texts:
            raise SecretUnavailable(f"the secret {secret_id} cannot be read: it is not there")
        return self.texts[secret_id]
