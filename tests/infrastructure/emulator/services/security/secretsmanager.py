"""Secrets Manager: a replica tells the key that it was given."""

from typing import Any

from moto.secretsmanager.models import ReplicaSecret
from moto.secretsmanager.responses import SecretsManagerResponse
from tests.infrastructure.emulator.extend import given, replaces


def _name_keys(self: SecretsManagerResponse, request: dict[str, Any], secret_id: str) -> None:
    keys = {region["Region"]: region.get("KmsKeyId") for region in request.get("AddReplicaRegions") or []}
    for replica in self.backend.secrets[secret_id].replicas:
        if isinstance(replica, ReplicaSecret) and keys.get(replica.region):
            replica.config["KmsKeyId"] = keys[replica.region]


@replaces(SecretsManagerResponse)
def create_secret(original: Any, self: SecretsManagerResponse) -> Any:
    answer = original(self)
    request = given(self)
    _name_keys(self, request, request["Name"])
    return answer


@replaces(SecretsManagerResponse)
def replicate_secret_to_regions(original: Any, self: SecretsManagerResponse) -> Any:
    answer = original(self)
    request = given(self)
    _name_keys(self, request, request["SecretId"])
    return answer
