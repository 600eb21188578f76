"""The rotation function's calls to AWS and Redis are those that they take: AWS's models and a real Redis."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from botocore.model import OperationModel
from botocore.session import get_session
from botocore.stub import Stubber
from redis.asyncio import Redis
from tests.infrastructure.lambdas.lambda_source import load
from tests.infrastructure.third_party.third_party_source import ROOT

from refunds_embedded.launcher.servers import local_servers

SOURCE = ROOT / "infrastructure/terraform/modules/secrets/rotation/python"
cache_module = load(SOURCE, "cache")
store_module = load(SOURCE, "secret_store")

GROUP = "brik-refunds-test-cache"
TOKEN = "a-token-of-the-cache"


def stubbed(service: str) -> Stubber:
    """A client that answers what it is told, and refuses what AWS's own model does not have."""
    client = get_session().create_client(
        service, region_name="eu-west-1", aws_access_key_id="testing", aws_secret_access_key="testing"
    )
    return Stubber(client)


def sent(stubber: Stubber) -> list[tuple[str, dict[str, object]]]:
    """The calls that its client makes from now on, as they come: operation and parameters."""
    calls: list[tuple[str, dict[str, object]]] = []

    def note(params: dict[str, object], model: OperationModel, **_: object) -> None:
        calls.append((model.name, dict(params)))

    stubber.client.meta.events.register("provide-client-params", note)
    return calls


@pytest.fixture
def elasticache() -> Iterator[Stubber]:
    with stubbed("elasticache") as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


@pytest.fixture
def secrets_manager() -> Iterator[Stubber]:
    with stubbed("secretsmanager") as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def describes(stubber: Stubber, status: str = "available", host: str | None = None, port: int = 6379) -> None:
    """The next question for the group is answered so."""
    group: dict[str, object] = {"Status": status}
    if host is not None:
        group["ConfigurationEndpoint"] = {"Address": host, "Port": port}
    answer = {"ReplicationGroups": [group]}
    stubber.add_response("describe_replication_groups", answer, {"ReplicationGroupId": GROUP})


def test_the_new_token_is_taken_beside_the_old_one(elasticache: Stubber) -> None:
    describes(elasticache)
    wanted = {
        "ReplicationGroupId": GROUP,
        "AuthToken": "t" * 64,
        "AuthTokenUpdateStrategy": "ROTATE",
        "ApplyImmediately": True,
    }
    elasticache.add_response("modify_replication_group", {}, wanted)
    calls = sent(elasticache)

    cache_module.Cache(elasticache.client, GROUP).learn("t" * 64)

    assert calls[1:] == [("ModifyReplicationGroup", wanted)]


def test_a_cache_that_is_being_changed_is_left_alone(elasticache: Stubber) -> None:
    describes(elasticache, status="modifying")

    with pytest.raises(cache_module.CacheNotAvailable):
        cache_module.Cache(elasticache.client, GROUP).learn("t" * 64)


def test_a_cache_without_an_address_is_not_there_yet(elasticache: Stubber) -> None:
    describes(elasticache, status="creating")

    with pytest.raises(cache_module.CacheNotAvailable):
        cache_module.Cache(elasticache.client, GROUP).address()


@pytest.fixture
async def locked_redis_uri(tmp_path: Path) -> AsyncIterator[str]:
    """A Redis of its own that asks for TOKEN."""
    async with local_servers.redis(tmp_path) as running:
        async with Redis.from_url(running.uri) as client:
            await client.config_set("requirepass", TOKEN)
        yield running.uri


async def test_a_real_redis_lets_in_who_shows_its_token_only(elasticache: Stubber, locked_redis_uri: str) -> None:
    redis = urlsplit(locked_redis_uri)
    cache = cache_module.Cache(elasticache.client, GROUP, over_tls=False)

    describes(elasticache, host=redis.hostname, port=redis.port or 6379)
    right = cache.knows(TOKEN)
    describes(elasticache, host=redis.hostname, port=redis.port or 6379)
    wrong = cache.knows("guessed")

    assert (right, wrong) == (True, False)


def test_a_server_without_tls_is_not_asked(elasticache: Stubber, redis_uri: str) -> None:
    redis = urlsplit(redis_uri)
    describes(elasticache, host=redis.hostname, port=redis.port or 6379)

    with pytest.raises(OSError, match=r"SSL|TLS|timed out"):
        cache_module.Cache(elasticache.client, GROUP).knows("any")


def test_a_version_announced_but_not_written_has_no_text(secrets_manager: Stubber) -> None:
    secrets_manager.add_client_error("get_secret_value", "ResourceNotFoundException")

    assert store_module.SecretStore(secrets_manager.client).pending("token", "v" * 36) is None


def test_other_errors_are_let_through(secrets_manager: Stubber) -> None:
    secrets_manager.add_client_error("get_secret_value", "AccessDeniedException")

    with pytest.raises(store_module.ClientError):
        store_module.SecretStore(secrets_manager.client).pending("token", "v" * 36)


def test_a_token_has_letters_and_digits_only(secrets_manager: Stubber) -> None:
    wanted = {"PasswordLength": 64, "ExcludePunctuation": True}
    secrets_manager.add_response("get_random_password", {"RandomPassword": "drawn"}, wanted)

    assert store_module.SecretStore(secrets_manager.client).new_token() == "drawn"


def test_the_mark_moves_from_the_version_that_has_it(secrets_manager: Stubber) -> None:
    versions = {"o" * 36: ["AWSCURRENT"], "n" * 36: ["AWSPENDING"]}
    secrets_manager.add_response("describe_secret", {"VersionIdsToStages": versions}, {"SecretId": "token"})
    wanted = {
        "SecretId": "token",
        "VersionStage": "AWSCURRENT",
        "MoveToVersionId": "n" * 36,
        "RemoveFromVersionId": "o" * 36,
    }
    secrets_manager.add_response("update_secret_version_stage", {}, wanted)
    calls = sent(secrets_manager)

    store_module.SecretStore(secrets_manager.client).make_current("token", "n" * 36)

    assert calls[1:] == [("UpdateSecretVersionStage", wanted)]


def test_a_pending_version_is_not_current(secrets_manager: Stubber) -> None:
    wanted = {
        "SecretId": "token",
        "ClientRequestToken": "n" * 36,
        "SecretString": "{}",
        "VersionStages": ["AWSPENDING"],
    }
    secrets_manager.add_response("put_secret_value", {}, wanted)
    calls = sent(secrets_manager)

    store_module.SecretStore(secrets_manager.client).write_pending("token", "n" * 36, "{}")

    assert calls == [("PutSecretValue", wanted)]
