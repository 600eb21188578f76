"""What every keeper of secrets promises (`ports.settings.secret_store`)."""

import contextlib
from collections.abc import AsyncIterator

import pytest
from tests.support.adapters import aws

from refunds.adapters.aws.secret_store import SecretsManager
from refunds.adapters.memory.settings.secret_store import MemorySecretStore
from refunds.ports.settings.secret_store import SecretStore, SecretUnavailable

NAME, TEXT = "refunds/api", '{"mongodb_uri": "mongodb://secret"}'


@contextlib.asynccontextmanager
async def in_memory() -> AsyncIterator[SecretStore]:
    """One secret."""
    yield MemorySecretStore({NAME: TEXT})


@contextlib.asynccontextmanager
async def at_aws(url: str) -> AsyncIterator[SecretStore]:
    """The same secret in Secrets Manager, and one that is no text."""
    async with aws.clients(url) as clients:
        secrets = await clients.open("secretsmanager")
        await secrets.create_secret(Name=NAME, SecretString=TEXT)
        yield SecretsManager(secrets)
        await secrets.delete_secret(SecretId=NAME, ForceDeleteWithoutRecovery=True)


@pytest.fixture(params=["memory", "aws"])
def adapter(request: pytest.FixtureRequest) -> contextlib.AbstractAsyncContextManager[SecretStore]:
    """One implementation after the other."""
    return at_aws(request.getfixturevalue("aws_url")) if request.param == "aws" else in_memory()


@pytest.fixture
async def store(adapter: contextlib.AbstractAsyncContextManager[SecretStore]) -> AsyncIterator[SecretStore]:
    """A keeper of one secret."""
    async with adapter as opened:
        yield opened


async def test_text_of_a_secret_is_read(store: SecretStore) -> None:
    assert await store.text(NAME) == TEXT


async def test_missing_secret_is_reported_by_its_name(store: SecretStore) -> None:
    with pytest.raises(SecretUnavailable, match="refunds/none cannot be read"):
        await store.text("refunds/none")


async def test_secret_without_text_is_reported(aws_url: str) -> None:
    async with aws.clients(aws_url) as clients:
        secrets = await clients.open("secretsmanager")
        await secrets.create_secret(Name="binary", SecretBinary=b"\x00")

        with pytest.raises(SecretUnavailable, match="holds no text"):
            await SecretsManager(secrets).text("binary")


async def test_keeper_that_is_away_is_reported() -> None:
    async with aws.clients("http://127.0.0.1:1") as clients:
        store = SecretsManager(await clients.open("secretsmanager"))

        with pytest.raises(SecretUnavailable, match="cannot be read"):
            await store.text(NAME)
