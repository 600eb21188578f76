"""The metrics that the product's alarms and dashboards look at, with the dimensions under which CloudWatch keeps them.

A metric asked for under other dimensions is no error in CloudWatch: it just has no data, for ever, and its alarm is
blind. So names are held against AWS's pages "metrics and dimensions", and values against the estate's own resources.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.infrastructure.support.estate import Estate, Resource

SELECT = re.compile(
    r"SELECT \w+\((?P<name>[\w.]+)\) FROM SCHEMA\(\"(?P<namespace>[\w/]+)\", (?P<schema>[\w, ]+)\) WHERE (?P<where>.+)"
)
EQUALS = re.compile(r"(\w+) = '([^']*)'")

_OF_BALANCER = ("LoadBalancer", "LoadBalancer AvailabilityZone")
_OF_TARGETS = ("LoadBalancer TargetGroup", "LoadBalancer TargetGroup AvailabilityZone")
_OF_BOTH = (*_OF_BALANCER, *_OF_TARGETS)
_OF_TASKS = ("ClusterName", "ClusterName ServiceName")
_OF_NODE = ("CacheClusterId", "CacheClusterId CacheNodeId")
_OF_VAULT = ("BackupVaultName", "ResourceType", "BackupVaultName ResourceType")

METRICS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "AWS/ApplicationELB": {
        "HTTPCode_ELB_5XX_Count": _OF_BALANCER,
        "HTTPCode_Target_2XX_Count": _OF_BOTH,
        "HTTPCode_Target_4XX_Count": _OF_BOTH,
        "HTTPCode_Target_5XX_Count": _OF_BOTH,
        "RejectedConnectionCount": _OF_BALANCER,
        "RequestCount": _OF_BOTH,
        "RequestCountPerTarget": ("TargetGroup", "LoadBalancer TargetGroup"),
        "TargetResponseTime": _OF_BOTH,
        "UnHealthyHostCount": _OF_TARGETS,
    },
    "AWS/Backup": dict.fromkeys(
        ("NumberOfBackupJobsCompleted", "NumberOfBackupJobsFailed", "NumberOfCopyJobsFailed"), _OF_VAULT
    ),
    "AWS/CertificateManager": {"DaysToExpiry": ("CertificateArn",)},
    "AWS/CloudFront": {"5xxErrorRate": ("DistributionId Region",)},
    "AWS/ECS": dict.fromkeys(("CPUUtilization", "MemoryUtilization"), _OF_TASKS),
    "AWS/ElastiCache": dict.fromkeys(
        ("CurrConnections", "DatabaseMemoryUsagePercentage", "EngineCPUUtilization", "Evictions", "ReplicationLag"),
        _OF_NODE,
    ),
    "AWS/Firehose": dict.fromkeys(
        (
            "DeliveryToS3.DataFreshness",
            "DeliveryToS3.Success",
            "IncomingRecords",
            "OutputDecompressedRecords.Failed",
            "ThrottledRecords",
        ),
        ("DeliveryStreamName",),
    ),
    "AWS/Lambda": {"Errors": ("FunctionName", "FunctionName Resource")},
    "AWS/Logs": {
        "DeliveryErrors": ("LogGroupName DestinationType FilterName",),
        "IncomingLogEvents": ("LogGroupName",),
    },
    "AWS/NATGateway": dict.fromkeys(("ErrorPortAllocation", "PacketsDropCount"), ("NatGatewayId",)),
    "AWS/Route53": {"HealthCheckStatus": ("HealthCheckId",)},
    "AWS/S3": {"OperationsFailedReplication": ("SourceBucket DestinationBucket RuleId",)},
    "AWS/SQS": dict.fromkeys(
        ("ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible", "NumberOfMessagesSent"), ("QueueName",)
    ),
    # An ACL of CloudFront has no region, one of a region has.
    "AWS/WAFV2": {"BlockedRequests": ("Rule WebACL", "Region Rule WebACL")},
    "CloudWatchSynthetics": {"SuccessPercent": ("CanaryName", "CanaryName StepName")},
    "ECS/ContainerInsights": {"RunningTaskCount": _OF_TASKS},
}
ANY = "*"
"""What a SELECT over a schema asks for where it names no value."""

ONLY_IN_US_EAST_1 = {"AWS/CloudFront", "AWS/Route53"}

# Dimension => type and attribute of the resource whose value it must have.
_VALUES = {
    "BackupVaultName": ("aws_backup_vault", "name"),
    "CanaryName": ("aws_synthetics_canary", "name"),
    "CertificateArn": ("aws_acm_certificate", "arn"),
    "ClusterName": ("aws_ecs_cluster", "name"),
    "DeliveryStreamName": ("aws_kinesis_firehose_delivery_stream", "name"),
    "DestinationBucket": ("aws_s3_bucket", "bucket"),
    "DistributionId": ("aws_cloudfront_distribution", "id"),
    "FilterName": ("aws_cloudwatch_log_subscription_filter", "name"),
    "FunctionName": ("aws_lambda_function", "function_name"),
    "HealthCheckId": ("aws_route53_health_check", "id"),
    "LoadBalancer": ("aws_lb", "arn_suffix"),
    "LogGroupName": ("aws_cloudwatch_log_group", "name"),
    "NatGatewayId": ("aws_nat_gateway", "id"),
    "QueueName": ("aws_sqs_queue", "name"),
    "ServiceName": ("aws_ecs_service", "name"),
    "SourceBucket": ("aws_s3_bucket", "bucket"),
    "TargetGroup": ("aws_lb_target_group", "arn_suffix"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A metric as an alarm or a dashboard asks CloudWatch for it."""

    namespace: str
    name: str
    dimensions: Mapping[str, str]

    def __str__(self) -> str:
        return f"{self.namespace} {self.name} {dict(self.dimensions)}"


def metrics_of_alarm(alarm: Resource) -> list[Metric]:
    """Its one metric, or those that its expressions are made of or select."""
    queries = alarm.values.get("metric_query") or []
    asked = [metric for query in queries for metric in query["metric"]] if queries else [alarm.values]
    selected = [found for query in queries if (found := SELECT.match(query.get("expression") or ""))]
    return [
        *(Metric(namespace=m["namespace"], name=m["metric_name"], dimensions=m["dimensions"] or {}) for m in asked),
        *(_selected(*found.group("name", "namespace", "schema", "where")) for found in selected),
    ]


def _selected(name: str, namespace: str, schema: str, where: str) -> Metric:
    dimensions = dict.fromkeys(re.split(r",\s*", schema), ANY) | dict(EQUALS.findall(where))
    return Metric(namespace=namespace, name=name, dimensions=dimensions)


def metrics_of_dashboard(dashboard: Resource) -> list[Metric]:
    """Those that its pictures draw; expressions are made of these."""
    widgets = json.loads(dashboard["dashboard_body"])["widgets"]
    lines = [line for widget in widgets for line in widget["properties"]["metrics"]]
    return [_drawn([word for word in line if isinstance(word, str)]) for line in lines if isinstance(line[0], str)]


def faults(metric: Metric, estate: Estate) -> list[str]:
    """Why CloudWatch would have no data for it, one line each."""
    if metric.namespace in METRICS:
        return list(_faults_of_aws(metric, estate))
    counted = {
        (each["namespace"], each["name"]): each.get("dimensions") or {}
        for filter_ in estate.of("aws_cloudwatch_log_metric_filter")
        for each in filter_["metric_transformation"]
    }
    if (metric.namespace, metric.name) not in counted:
        return [f"{metric}: no log filter counts it"]
    is_kept_so = counted[metric.namespace, metric.name].keys() == metric.dimensions.keys()
    return [] if is_kept_so else [f"{metric}: the log filter counts it under other dimensions"]


def _drawn(words: list[str]) -> Metric:
    namespace, name, *pairs = words
    return Metric(namespace=namespace, name=name, dimensions=dict(zip(pairs[::2], pairs[1::2], strict=True)))


def _faults_of_aws(metric: Metric, estate: Estate) -> Iterator[str]:
    kept_under = [set(names.split()) for names in METRICS[metric.namespace].get(metric.name, ())]
    if set(metric.dimensions) not in kept_under:
        yield f"{metric}: AWS keeps it under {kept_under}"
    for name, value in metric.dimensions.items():
        if value not in {ANY, *_existing(name, estate)}:
            yield f"{metric}: {name} is nothing of this environment"


def _existing(dimension: str, estate: Estate) -> set[Any]:
    if dimension in _VALUES:
        type_, attribute = _VALUES[dimension]
        return {each[attribute] for each in estate.of(type_)}
    firewalls = [each for each in estate.of("aws_wafv2_web_acl") if each["scope"] == "CLOUDFRONT"]
    replications = estate.of("aws_s3_bucket_replication_configuration")
    computed: dict[str, set[Any]] = {
        "CacheClusterId": {node for group in estate.of("aws_elasticache_replication_group") for node in _nodes(group)},
        "Region": {"Global"},
        "Rule": {"ALL"},
        "RuleId": {rule["id"] for each in replications for rule in each["rule"]},
        "WebACL": {shown["metric_name"] for each in firewalls for shown in each["visibility_config"]},
    }
    return computed.get(dimension, set())


def _nodes(group: Resource) -> Iterator[str]:
    """As ElastiCache names the nodes of a group in cluster mode: by shard, then by place."""
    for shard in range(1, group["num_node_groups"] + 1):
        for place in range(1, group["replicas_per_node_group"] + 2):
            yield f"{group['replication_group_id']}-{shard:04}-{place:03}"
