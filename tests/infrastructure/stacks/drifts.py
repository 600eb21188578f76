"""For every module: a change made behind Terraform's back, which the next plan must show on that very resource.

A new module needs an entry here and a root in fixtures/; test_style.py says so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.infrastructure.support.emulator import Emulator

Values = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """`make` changes a resource of `kind` by its values in the state."""

    kind: str
    make: Callable[[Emulator, Values], object]


def _rename_vault(emulator: Emulator, vault: Values) -> object:
    return emulator.client("backup").tag_resource(ResourceArn=vault["arn"], Tags={"Name": "renamed-by-hand"})


def _rename(emulator: Emulator, group: Values) -> object:
    return emulator.client("ec2").create_tags(
        Resources=[group["id"]], Tags=[{"Key": "Name", "Value": "renamed-by-hand"}]
    )


def _silence_cluster(emulator: Emulator, cluster: Values) -> object:
    settings = [{"name": "containerInsights", "value": "disabled"}]
    return emulator.client("ecs").update_cluster_settings(cluster=cluster["name"], settings=settings)


def _hurry_balancer(emulator: Emulator, balancer: Values) -> object:
    attributes = [{"Key": "idle_timeout.timeout_seconds", "Value": "7"}]
    return emulator.client("elbv2").modify_load_balancer_attributes(
        LoadBalancerArn=balancer["arn"], Attributes=attributes
    )


def _disable_rule(emulator: Emulator, rule: Values) -> object:
    return emulator.client("events").disable_rule(Name=rule["name"], EventBusName=rule["event_bus_name"])


def _drop_second_factor(emulator: Emulator, pool: Values) -> object:
    return emulator.client("cognito-idp").set_user_pool_mfa_config(UserPoolId=pool["id"], MfaConfiguration="OFF")


def _stop_archiving(emulator: Emulator, subscription: Values) -> object:
    return emulator.client("logs").delete_subscription_filter(
        logGroupName=subscription["log_group_name"], filterName=subscription["name"]
    )


def _disable_key(emulator: Emulator, key: Values) -> object:
    return emulator.client("kms").disable_key(KeyId=key["key_id"])


def _forget_names(emulator: Emulator, network: Values) -> object:
    return emulator.client("ec2").modify_vpc_attribute(VpcId=network["id"], EnableDnsHostnames={"Value": False})


def _remove_topic(emulator: Emulator, topic: Values) -> object:
    return emulator.client("sns").delete_topic(TopicArn=topic["arn"])


def _shorten_visibility(emulator: Emulator, queue: Values) -> object:
    attributes = {"VisibilityTimeout": "7"}
    return emulator.client("sqs").set_queue_attributes(QueueUrl=queue["url"], Attributes=attributes)


def _redescribe_secret(emulator: Emulator, secret: Values) -> object:
    return emulator.client("secretsmanager").update_secret(SecretId=secret["arn"], Description="changed by hand")


def _allow_no_task(emulator: Emulator, target: Values) -> object:
    return emulator.client("application-autoscaling").register_scalable_target(
        ServiceNamespace=target["service_namespace"],
        ResourceId=target["resource_id"],
        ScalableDimension=target["scalable_dimension"],
        MinCapacity=0,
    )


def _open_bucket(emulator: Emulator, block: Values) -> object:
    return emulator.client("s3").delete_public_access_block(Bucket=block["bucket"])


def _let_tags_move(emulator: Emulator, repository: Values) -> object:
    return emulator.client("ecr").put_image_tag_mutability(
        repositoryName=repository["name"], imageTagMutability="MUTABLE"
    )


def _switch_detector_off(emulator: Emulator, detector: Values) -> object:
    return emulator.client("guardduty").update_detector(DetectorId=detector["id"], Enable=False)


DRIFTS = {
    "audit": Drift(kind="aws_guardduty_detector", make=_switch_detector_off),
    "backup": Drift(kind="aws_backup_vault", make=_rename_vault),
    "cache": Drift(kind="aws_security_group", make=_rename),
    "cluster": Drift(kind="aws_ecs_cluster", make=_silence_cluster),
    "edge": Drift(kind="aws_lb", make=_hurry_balancer),
    "events": Drift(kind="aws_cloudwatch_event_rule", make=_disable_rule),
    "identity": Drift(kind="aws_cognito_user_pool", make=_drop_second_factor),
    "images": Drift(kind="aws_ecr_repository", make=_let_tags_move),
    "keys": Drift(kind="aws_kms_key", make=_disable_key),
    "log_archive": Drift(kind="aws_cloudwatch_log_subscription_filter", make=_stop_archiving),
    "network": Drift(kind="aws_vpc", make=_forget_names),
    "observability": Drift(kind="aws_sns_topic", make=_remove_topic),
    "queues": Drift(kind="aws_sqs_queue", make=_shorten_visibility),
    "secrets": Drift(kind="aws_secretsmanager_secret", make=_redescribe_secret),
    "service": Drift(kind="aws_appautoscaling_target", make=_allow_no_task),
    "storage": Drift(kind="aws_s3_bucket_public_access_block", make=_open_bucket),
}


# Kinds that the applied environment lacks, with the module that has them: what they lock could not be destroyed every
# day. No drift above may be of these; their modules are applied alone, where nothing is kept.
ABSENT_IN_DEV = {
    "aws_backup_vault_lock_configuration": "backup",
    "aws_backup_vault_policy": "backup",
    "aws_s3_bucket_object_lock_configuration": "storage",
}
