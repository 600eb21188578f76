"""Before and after everything is destroyed: buckets are emptied, and what the emulator still holds is told.

The tests that apply something call it; Terraform's own state is not touched.

What AWS, too, only remembers does not count: keys and secrets that wait for their end, gateways that are deleted,
clusters and services that are no longer active.
"""

import re
from collections.abc import Callable

from tests.infrastructure.support.emulator import GLOBAL_REGION, HOME_REGION, REPLICA_REGION, Emulator

REGIONS = (HOME_REGION, REPLICA_REGION, GLOBAL_REGION)


def empty_buckets(emulator: Emulator) -> None:
    """What a person does before taking an environment down: no bucket is removed together with what is in it.

    Logs of access are stopped, which would go on coming. The policies go, too: over plain HTTP, as the emulator is
    spoken to, they rightly let nobody delete anything.
    """
    client = emulator.client("s3")
    names = [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]
    for name in names:
        client.put_bucket_logging(Bucket=name, BucketLoggingStatus={})
        client.delete_bucket_policy(Bucket=name)
    for name in names:
        found = client.list_object_versions(Bucket=name)
        for version in [*found.get("Versions", []), *found.get("DeleteMarkers", [])]:
            which = {"Key": version["Key"], "VersionId": version["VersionId"]}
            client.delete_object(Bucket=name, **which, BypassGovernanceRetention=True)


def left_in(emulator: Emulator) -> list[str]:
    """ARNs of everything with tags, in all regions, and the names of buckets and log groups, which may have none."""
    buckets = [bucket["Name"] for bucket in emulator.client("s3").list_buckets()["Buckets"]]
    return buckets + [name for region in REGIONS for name in _left_in_region(emulator, region)]


def _left_in_region(emulator: Emulator, region: str) -> list[str]:
    groups = [group["logGroupName"] for group in emulator.client("logs", region).describe_log_groups()["logGroups"]]
    pages = emulator.client("resourcegroupstaggingapi", region).get_paginator("get_resources").paginate()
    tagged = [found["ResourceARN"] for page in pages for found in page["ResourceTagMappingList"]]
    return groups + [arn for arn in tagged if not _is_only_remembered(emulator, region, arn)]


def _is_only_remembered(emulator: Emulator, region: str, arn: str) -> bool:
    asked = next((ask for kind, ask in _REMEMBERED.items() if kind == _kind(arn)), None)
    return asked is not None and asked(emulator, region, arn)


def _kind(arn: str) -> str:
    service, _, _, resource = arn.split(":", 5)[2:]
    return f"{service} {re.split('[:/]', resource)[0]}"


def _key_ends(emulator: Emulator, region: str, arn: str) -> bool:
    key = emulator.client("kms", region).describe_key(KeyId=arn.rpartition("/")[2])["KeyMetadata"]
    return key["KeyState"] in {"PendingDeletion", "PendingReplicaDeletion"}


def _secret_ends(emulator: Emulator, region: str, arn: str) -> bool:
    return "DeletedDate" in emulator.client("secretsmanager", region).describe_secret(SecretId=arn)


def _gateway_is_deleted(emulator: Emulator, region: str, arn: str) -> bool:
    found = emulator.client("ec2", region).describe_nat_gateways(NatGatewayIds=[arn.rpartition("/")[2]])["NatGateways"]
    return all(gateway["State"] == "deleted" for gateway in found)


def _cluster_is_inactive(emulator: Emulator, region: str, arn: str) -> bool:
    found = emulator.client("ecs", region).describe_clusters(clusters=[arn])["clusters"]
    return all(cluster["status"] == "INACTIVE" for cluster in found)


def _service_is_inactive(emulator: Emulator, region: str, arn: str) -> bool:
    cluster = arn.split("/")[-2]
    found = emulator.client("ecs", region).describe_services(cluster=cluster, services=[arn])["services"]
    return all(service["status"] == "INACTIVE" for service in found)


_REMEMBERED: dict[str, Callable[[Emulator, str, str], bool]] = {
    "kms key": _key_ends,
    "secretsmanager secret": _secret_ends,
    "ec2 natgateway": _gateway_is_deleted,
    "ecs cluster": _cluster_is_inactive,
    "ecs service": _service_is_inactive,
}
