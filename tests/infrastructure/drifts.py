"""For every module: a change made behind Terraform's back, and where Terraform must show it.

A new module needs an entry here and a root in fixtures/; test_modules.py says so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.infrastructure.support.emulator import Emulator

Outputs = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """`make` changes something by the outputs of the fixture; the plan must then name `address`."""

    make: Callable[[Emulator, Outputs], object]
    address: str


def _shorter_visibility(emulator: Emulator, outputs: Outputs) -> object:
    attributes = {"VisibilityTimeout": "7"}
    return emulator.client("sqs").set_queue_attributes(QueueUrl=outputs["queue_url"], Attributes=attributes)


def _open_cache(emulator: Emulator, outputs: Outputs) -> object:
    """Remove what the cache's door allows: Terraform must want it back."""
    client = emulator.client("ec2")
    tags = [{"Key": "Name", "Value": "opened-by-hand"}]
    return client.create_tags(Resources=[outputs["security_group_id"]], Tags=tags)


def _silent_cluster(emulator: Emulator, outputs: Outputs) -> object:
    settings = [{"name": "containerInsights", "value": "disabled"}]
    return emulator.client("ecs").update_cluster_settings(cluster=outputs["cluster_name"], settings=settings)


def _disabled_rules(emulator: Emulator, outputs: Outputs) -> object:
    client = emulator.client("events")
    rules = client.list_rules(EventBusName=outputs["bus_name"])["Rules"]
    return [client.disable_rule(Name=rule["Name"], EventBusName=outputs["bus_name"]) for rule in rules]


def _no_second_factor(emulator: Emulator, outputs: Outputs) -> object:
    client = emulator.client("cognito-idp")
    return client.set_user_pool_mfa_config(UserPoolId=outputs["user_pool_id"], MfaConfiguration="OFF")


def _unprotected_balancer(emulator: Emulator, outputs: Outputs) -> object:
    attributes = [{"Key": "deletion_protection.enabled", "Value": "true"}, {"Key": "idle_timeout.timeout_seconds", "Value": "7"}]
    client = emulator.client("elbv2")
    return client.modify_load_balancer_attributes(LoadBalancerArn=outputs["alb_arn"], Attributes=attributes[1:])


def _gone_topic(emulator: Emulator, outputs: Outputs) -> object:
    return emulator.client("sns").delete_topic(TopicArn=outputs["alarm_topic_arn"])


def _fewer_tasks_at_least(emulator: Emulator, outputs: Outputs) -> object:
    return emulator.client("application-autoscaling").register_scalable_target(
        ServiceNamespace="ecs",
        ResourceId=f"service/{outputs['cluster_name']}/{outputs['service_name']}",
        ScalableDimension="ecs:service:DesiredCount",
        MinCapacity=0,
        MaxCapacity=8,
    )


def _no_names(emulator: Emulator, outputs: Outputs) -> object:
    return emulator.client("ec2").modify_vpc_attribute(VpcId=outputs["vpc_id"], EnableDnsHostnames={"Value": False})


def _key_that_never_turns(emulator: Emulator, outputs: Outputs) -> object:
    return emulator.client("kms").disable_key_rotation(KeyId=outputs["key_arn"])


def _no_versions(emulator: Emulator, outputs: Outputs) -> object:
    return emulator.client("s3").delete_public_access_block(Bucket=outputs["bucket_name"])


def _gone_vault_policy(emulator: Emulator, outputs: Outputs) -> object:
    return emulator.client("backup").delete_backup_vault_access_policy(BackupVaultName=outputs["vault_name"])


DRIFTS = {
    "backup": Drift(make=_gone_vault_policy, address="aws_backup_vault_policy."),
    "cache": Drift(make=_open_cache, address="aws_security_group."),
    "cluster": Drift(make=_silent_cluster, address="aws_ecs_cluster."),
    "edge": Drift(make=_unprotected_balancer, address="aws_lb."),
    "events": Drift(make=_disabled_rules, address="aws_cloudwatch_event_rule."),
    "identity": Drift(make=_no_second_factor, address="aws_cognito_user_pool."),
    "keys": Drift(make=_key_that_never_turns, address="aws_kms_key."),
    "network": Drift(make=_no_names, address="aws_vpc."),
    "observability": Drift(make=_gone_topic, address="aws_sns_topic."),
    "queues": Drift(make=_shorter_visibility, address="aws_sqs_queue."),
    "service": Drift(make=_fewer_tasks_at_least, address="aws_appautoscaling_target."),
    "storage": Drift(make=_no_versions, address="aws_s3_bucket_public_access_block."),
}
