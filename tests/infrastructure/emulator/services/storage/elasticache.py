"""ElastiCache: parameter groups, deleted subnet groups, and the member clusters of a replication group."""

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, EmptyResult
from moto.elasticache.responses import ElastiCacheResponse
from tests.infrastructure.emulator.extend import adds, given, memory, replaces

PARAMETERS = "elasticache parameter groups"


class CacheParameterGroupNotFoundFault(ServiceException):
    """No parameter group of that name."""

    code = "CacheParameterGroupNotFound"


def _parameter_group(self, name: str) -> dict:
    if name not in memory(self, PARAMETERS):
        raise CacheParameterGroupNotFoundFault(f"CacheParameterGroup not found: {name}")
    return memory(self, PARAMETERS)[name]


@adds(ElastiCacheResponse)
def create_cache_parameter_group(self) -> ActionResult:
    request = given(self)
    name = request["CacheParameterGroupName"]
    arn = f"arn:aws:elasticache:{self.region}:{self.current_account}:parametergroup:{name}"
    memory(self, PARAMETERS)[name] = request | {"ARN": arn, "Parameters": {}}
    memory(self, "elasticache tags")[arn] = {tag["Key"]: tag["Value"] for tag in request.get("Tags") or []}
    return ActionResult({"CacheParameterGroup": memory(self, PARAMETERS)[name]})


@adds(ElastiCacheResponse)
def describe_cache_parameter_groups(self) -> ActionResult:
    name = given(self).get("CacheParameterGroupName")
    groups = [_parameter_group(self, name)] if name else list(memory(self, PARAMETERS).values())
    return ActionResult({"CacheParameterGroups": groups})


@adds(ElastiCacheResponse)
def modify_cache_parameter_group(self) -> ActionResult:
    request = given(self)
    group = _parameter_group(self, request["CacheParameterGroupName"])
    for change in request["ParameterNameValues"]:
        group["Parameters"][change["ParameterName"]] = change["ParameterValue"]
    return ActionResult({"CacheParameterGroupName": request["CacheParameterGroupName"]})


@adds(ElastiCacheResponse)
def reset_cache_parameter_group(self) -> ActionResult:
    request = given(self)
    group = _parameter_group(self, request["CacheParameterGroupName"])
    for change in request.get("ParameterNameValues") or []:
        group["Parameters"].pop(change["ParameterName"], None)
    return ActionResult({"CacheParameterGroupName": request["CacheParameterGroupName"]})


@adds(ElastiCacheResponse)
def describe_cache_parameters(self) -> ActionResult:
    group = _parameter_group(self, given(self)["CacheParameterGroupName"])
    changed = [{"ParameterName": name, "ParameterValue": value} for name, value in group["Parameters"].items()]
    return ActionResult({"Parameters": changed})


@adds(ElastiCacheResponse)
def delete_cache_parameter_group(self) -> EmptyResult:
    memory(self, PARAMETERS).pop(given(self)["CacheParameterGroupName"], None)
    return EmptyResult()


@adds(ElastiCacheResponse)
def delete_cache_subnet_group(self) -> EmptyResult:
    self.elasticache_backend.cache_subnet_groups.pop(given(self)["CacheSubnetGroupName"], None)
    return EmptyResult()


@replaces(ElastiCacheResponse)
def list_tags_for_resource(original, self) -> ActionResult:
    tags = memory(self, "elasticache tags").get(given(self)["ResourceName"])
    if tags is None:
        return original(self)
    return ActionResult({"TagList": [{"Key": key, "Value": value} for key, value in tags.items()]})


def _member(group, cluster_id: str) -> dict:
    """A member cluster as its replication group would have it."""
    port = group.port
    return {
        "CacheClusterId": cluster_id,
        "ReplicationGroupId": group.replication_group_id,
        "CacheClusterStatus": "available",
        "CacheNodeType": group.cache_node_type,
        "Engine": group.engine,
        "EngineVersion": f"{group.engine_version}.0" if group.engine_version.count(".") == 1 else group.engine_version,
        "NumCacheNodes": 1,
        "PreferredMaintenanceWindow": group.preferred_maintenance_window or "sun:05:00-sun:06:00",
        "CacheSubnetGroupName": group.cache_subnet_group_name,
        "CacheParameterGroup": {"CacheParameterGroupName": group.cache_parameter_group_name},
        "SecurityGroups": [{"SecurityGroupId": one, "Status": "active"} for one in group.security_group_ids or []],
        "NotificationConfiguration": {"TopicArn": group.notification_topic_arn, "TopicStatus": "active"}
        if group.notification_topic_arn
        else None,
        "AutoMinorVersionUpgrade": str(group.auto_minor_version_upgrade).lower() != "false",
        "SnapshotRetentionLimit": group.snapshot_retention_limit,
        "SnapshotWindow": group.snapshot_window,
        "TransitEncryptionEnabled": group.transit_encryption_enabled,
        "TransitEncryptionMode": group.transit_encryption_mode,
        "AtRestEncryptionEnabled": group.at_rest_encryption_enabled,
        "CacheNodes": [{"CacheNodeId": "0001", "CacheNodeStatus": "available", "Endpoint": {"Port": port}}],
        "ARN": group.arn.replace(":replicationgroup:", ":cluster:").replace(group.replication_group_id, cluster_id),
    }


@replaces(ElastiCacheResponse)
def describe_cache_clusters(original, self) -> ActionResult:
    wanted = given(self).get("CacheClusterId")
    for group in self.elasticache_backend.replication_groups.values():
        if wanted in group.member_clusters:
            return ActionResult({"CacheClusters": [_member(group, wanted)]})
    return original(self)


@replaces(ElastiCacheResponse)
def create_replication_group(original, self) -> ActionResult:
    request = given(self)
    answer = original(self)
    group = self.elasticache_backend.replication_groups[request["ReplicationGroupId"]]
    # A number of shards means cluster mode, with or without the newer word for it.
    if request.get("NumNodeGroups", 1) > 1 or request.get("ClusterMode") == "enabled":
        group.cluster_enabled = True
    if group.transit_encryption_enabled:
        group.transit_encryption_mode = request.get("TransitEncryptionMode") or "required"
    return answer


@adds(ElastiCacheResponse)
def modify_replication_group_shard_configuration(self) -> ActionResult:
    request = given(self)
    group = self.elasticache_backend.replication_groups[request["ReplicationGroupId"]]
    return ActionResult({"ReplicationGroup": group})


@replaces(ElastiCacheResponse)
def delete_replication_group(original, self) -> ActionResult:
    answer = original(self)
    self.elasticache_backend.replication_groups.pop(given(self)["ReplicationGroupId"], None)
    return answer
