"""KMS: a multi-region key stays primary where it was made; its replica has a policy and a description of its own."""

from copy import deepcopy

from moto.kms.models import KmsBackend, kms_backends
from moto.kms.responses import KmsResponse
from tests.infrastructure.emulator.extend import given, replaces


@replaces(KmsBackend)
def replicate_key(original, self: KmsBackend, key_id: str, replica_region: str):
    primary = self.keys[self.get_key_id(key_id)]
    replica = original(self, self.get_key_id(key_id), replica_region)
    # Moto shares one description of regions between both, so that the primary becomes a replica too.
    replica.multi_region_configuration = deepcopy(primary.multi_region_configuration)
    replica.multi_region_configuration["MultiRegionKeyType"] = "REPLICA"
    return replica


@replaces(KmsResponse)
def replicate_key(original, self) -> str:
    request = given(self)
    answer = original(self)
    backend = kms_backends[self.current_account][request["ReplicaRegion"]]
    replica = backend.keys[backend.get_key_id(request["KeyId"])]
    replica.policy = request.get("Policy") or replica.generate_default_policy()
    replica.description = request.get("Description") or ""
    if request.get("Tags"):
        backend.tag_resource(replica.id, request["Tags"])
    return answer
