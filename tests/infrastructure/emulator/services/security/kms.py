"""KMS: a multi-region key stays primary where it was made; its replica has a policy and a description of its own."""

import json
from copy import deepcopy
from typing import Any

from moto.kms.models import Key, KmsBackend, kms_backends
from moto.kms.responses import KmsResponse
from tests.infrastructure.emulator.extend import given, replaces


@replaces(KmsBackend)
def replicate_key(original, self: KmsBackend, key_id: str, replica_region: str):
    primary = self.keys[self.get_key_id(key_id)]
    replica = original(self, self.get_key_id(key_id), replica_region)
    # Moto shares one description of regions between both, so that the primary becomes a replica too.
    replica.multi_region_configuration = deepcopy(primary.multi_region_configuration)
    replica.multi_region_configuration["MultiRegionKeyType"] = "REPLICA"
    replica.aliases, replica.grants = {}, {}
    return replica


@replaces(KmsResponse, name="replicate_key")
def answer_replicate_key(original, self) -> str:
    request = given(self)
    answer = original(self)
    backend = kms_backends[self.current_account][request["ReplicaRegion"]]
    replica = backend.keys[backend.get_key_id(request["KeyId"])]
    replica.policy = request.get("Policy") or replica.generate_default_policy()
    replica.description = request.get("Description") or ""
    if request.get("Tags"):
        backend.tag_resource(replica.id, {tag["TagKey"]: tag["TagValue"] for tag in request["Tags"]})
    return answer


_made_by_cloudformation = Key.create_from_cloudformation_json.__func__


def _create_from_cloudformation_json(
    cls: type[Key],
    resource_name: str,
    cloudformation_json: dict[str, Any],
    account_id: str,
    region_name: str,
    **names: Any,
) -> Key:
    """CloudFormation writes tags as Key and Value, KMS as TagKey and TagValue."""
    properties = cloudformation_json["Properties"]
    tags = [{"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in properties.get("Tags", [])]
    given_to_kms = {"Properties": properties | {"Tags": tags}}
    return _made_by_cloudformation(cls, resource_name, given_to_kms, account_id, region_name, **names)


Key.create_from_cloudformation_json = classmethod(_create_from_cloudformation_json)


@replaces(KmsResponse)
def enable_key_rotation(original: Any, self: KmsResponse) -> Any:
    request = given(self)
    answer = original(self)
    key = self.kms_backend.describe_key(request["KeyId"])
    key.rotation_period_in_days = request.get("RotationPeriodInDays", 365)
    return answer


@replaces(KmsResponse)
def get_key_rotation_status(original: Any, self: KmsResponse) -> Any:
    answer = original(self)
    key = self.kms_backend.describe_key(given(self)["KeyId"])
    if not key.key_rotation_status:
        return answer
    return json.dumps(json.loads(answer) | {"RotationPeriodInDays": getattr(key, "rotation_period_in_days", 365)})
