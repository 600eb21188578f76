"""Reads secrets from AWS Secrets Manager. See `ports.settings.secret_store`.

Needs the permissions secretsmanager:GetSecretValue and kms:Decrypt.
"""

from aiobotocore.client import AioBaseClient

from refunds.adapters.aws.clients import AWAY_ERRORS
from refunds.ports.settings.secret_store import SecretUnavailable

REASON_CHARS_MAX = 300


class SecretsManager:
    """See `ports.settings.secret_store`. `secret_id` is the secret's name or its Amazon Resource Name."""

    def __init__(self, secrets: AioBaseClient) -> None:
        self._secrets = secrets

    async def text(self, secret_id: str) -> str:
        """See the port."""
        try:
            answer = await self._secrets.get_secret_value(SecretId=secret_id)
        except AWAY_ERRORS as error:
            reason = str(error)[:REASON_CHARS_MAX]
            raise SecretUnavailable(f"the secret {secret_id} cannot be read: {reason}") from error
        text: str | None = answer.get("SecretString")
        if text is None:
            raise SecretUnavailable(f"the secret {secret_id} cannot be read: it holds no text")
        return text
