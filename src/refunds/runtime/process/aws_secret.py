"""Reads a process's secret from Secrets Manager when the process starts.

This module is imported only if a secret is configured.
"""

from refunds.adapters.aws.clients import AwsBounds, AwsClients
from refunds.adapters.aws.secret_store import SecretsManager
from refunds.runtime.process.secret_source import SecretSource


async def read_secret(source: SecretSource) -> str:
    """Returns the text of the secret. Raises SecretUnavailable if it cannot be read."""
    clients = AwsClients(
        AwsBounds(
            region=source.aws_region,
            connect_timeout_s=source.aws_connect_timeout_s,
            read_timeout_s=source.aws_read_timeout_s,
            tries_max=source.aws_tries_max,
        )
    )
    try:
        return await SecretsManager(await clients.open("secretsmanager")).text(source.secret_id)
    finally:
        await clients.close()
