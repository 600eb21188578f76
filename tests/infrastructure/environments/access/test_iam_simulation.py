"""What each service may do on AWS and what it may not: its policies, within its boundary, asked by simulated requests.

`RIGHTS` is the whole truth: whatever is not in it must be denied, for every action that anything here names and every
resource of the environment.
"""

from collections.abc import Iterator, Mapping
from itertools import product

import pytest
from tests.infrastructure.support.access.iam import Request, Role
from tests.infrastructure.support.access.places import SERVICES
from tests.infrastructure.support.access.roles import (
    asked,
    below_the_ceiling,
    boundary,
    execution_role,
    task_role,
    unbounded,
)
from tests.infrastructure.support.estate import Estate

SEND = ("sqs:SendMessage",)
RECEIVE = ("sqs:ReceiveMessage", "sqs:DeleteMessage")
USE_QUEUE_KEY = ("kms:Decrypt", "kms:GenerateDataKey")

# Service → action → things. Every service also reads its own secret; its key only by way of Secrets Manager.
RIGHTS: Mapping[str, Mapping[tuple[str, ...], tuple[str, ...]]] = {
    "api": {SEND: ("queue review", "queue submit"), USE_QUEUE_KEY: ("key queues",)},
    "request-manager": {RECEIVE: ("queue review",), SEND: ("queue submit",), USE_QUEUE_KEY: ("key queues",)},
    "gateway-integration": {RECEIVE: ("queue submit",), ("kms:Decrypt",): ("key queues",)},
    "parameter-resolution": {},
    "reporting-engine": {
        ("events:PutEvents",): ("bus",),
        ("s3:PutObject",): ("anchors in bucket audit",),
        ("s3:GetObjectVersion",): ("anchors in bucket audit",),
        ("kms:GenerateDataKey", "kms:Decrypt"): ("key audit",),
        ("kms:GenerateMac", "kms:VerifyMac"): ("key anchor",),
    },
}

TEMPTING = (
    "s3:DeleteObject",
    "s3:GetObject",
    "s3:PutBucketPolicy",
    "kms:ScheduleKeyDeletion",
    "s3:ListBucket",
    "s3:ListBucketVersions",
    "secretsmanager:PutSecretValue",
    "secretsmanager:GetSecretValue",
    "sqs:PurgeQueue",
    "events:PutRule",
    "iam:PassRole",
    "iam:CreateUser",
    "sts:AssumeRole",
    "ecs:RunTask",
    "ecs:ExecuteCommand",
    "dynamodb:GetItem",
)


def _things(estate: Estate) -> dict[str, str]:
    """Everything that somebody could reach for: name → ARN."""
    outputs = estate.outputs
    queues = {each.keys[-1]: each["arn"] for each in estate.of("aws_sqs_queue") if each.name == "this"}
    buckets = {each.keys[-1]: each["arn"] for each in estate.of("aws_s3_bucket") if each.name == "this"}
    return {
        **{f"queue {name}": arn for name, arn in queues.items()},
        **{f"key {name}": arn for name, arn in outputs["key_arns"].items()},
        **{f"secret of {service}": arn for service, arn in outputs["service_secret_arns"].items()},
        **{f"object in bucket {name}": f"{arn}/x/y" for name, arn in buckets.items()},
        **{f"bucket {name}": arn for name, arn in buckets.items()},
        "anchors in bucket audit": f"{buckets['audit']}/anchors/2026/1",
        "bus": estate.one("aws_cloudwatch_event_bus")["arn"],
        "everything": "*",
    }


def _allowed(service: str) -> set[tuple[str, str]]:
    own = {("secretsmanager:GetSecretValue", f"secret of {service}")}
    given = RIGHTS[service].items()
    return own | {pair for actions, things in given for pair in product(actions, things)}


def _actions() -> Iterator[str]:
    yield from TEMPTING
    for rights in RIGHTS.values():
        for actions in rights:
            yield from actions


@pytest.mark.parametrize("service", SERVICES)
def test_service_may_do_what_its_work_needs_and_nothing_else(estate: Estate, service: str) -> None:
    role = task_role(estate, service)
    things = _things(estate)

    found = {
        (action, thing)
        for action, (thing, arn) in product(set(_actions()), things.items())
        if role.may(Request(action=action, resource=arn))
    }

    assert found == _allowed(service)


@pytest.mark.parametrize("service", SERVICES)
def test_key_of_secrets_opens_only_by_way_of_secrets_manager(estate: Estate, service: str) -> None:
    role = task_role(estate, service)
    key = _things(estate)["key secrets"]

    by_way = {"kms:viaservice": "secretsmanager.eu-west-1.amazonaws.com"}

    assert role.may(Request(action="kms:Decrypt", resource=key, context=by_way))
    assert not role.may(Request(action="kms:Decrypt", resource=key))
    assert not role.may(Request(action="kms:Encrypt", resource=key, context=by_way))


@pytest.mark.parametrize("service", SERVICES)
def test_only_the_reporting_engine_lists_versions_and_those_of_anchors_only(estate: Estate, service: str) -> None:
    role, bucket = task_role(estate, service), _things(estate)["bucket audit"]

    listed = {
        prefix
        for prefix in ("", "anchors", "anchors/", "anchors/1", "cloudtrail/")
        if role.may(Request(action="s3:ListBucketVersions", resource=bucket, context={"s3:prefix": prefix}))
    }

    assert listed == ({"anchors/", "anchors/1"} if service == "reporting-engine" else set())


@pytest.mark.parametrize("service", SERVICES)
def test_service_is_started_by_a_role_that_fetches_its_image_and_writes_its_logs(estate: Estate, service: str) -> None:
    role = execution_role(estate, service)
    own_image = f"arn:aws:ecr:eu-west-1:123456789012:repository/{_name(estate)}/{service}"
    other_image = f"arn:aws:ecr:eu-west-1:123456789012:repository/{_name(estate)}/other"

    assert role.may(Request(action="ecr:BatchGetImage", resource=own_image))
    assert not role.may(Request(action="ecr:BatchGetImage", resource=other_image))
    assert not role.may(Request(action="ecr:PutImage", resource=own_image))
    assert not role.may(Request(action="secretsmanager:GetSecretValue", resource=_things(estate)["secret of api"]))


def test_every_role_that_code_of_ours_takes_has_the_boundary(estate: Estate) -> None:
    takers = below_the_ceiling(estate)

    assert unbounded(estate) == []
    assert set(takers.values()) <= {
        "backup.amazonaws.com",
        "cloudtrail.amazonaws.com",
        "config.amazonaws.com",
        "s3.amazonaws.com",
        "vpc-flow-logs.amazonaws.com",
    }, takers


def test_boundary_leaves_what_the_policies_of_its_roles_grant(estate: Estate) -> None:
    everything = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    bounded = Role(policies=(everything,), boundary=boundary(estate))
    by_name = "iam:PassRole"  # held to the product's roles by name, which mocked ARNs do not have
    granted = [each for each in asked(estate) if each[1] != by_name]

    cut = [each for each in granted if not bounded.may(Request(action=each[1], resource=each[2]))]

    assert any("rotation" in policy for policy, _, _ in granted)
    assert cut == []


def test_boundary_stops_a_policy_that_became_too_wide(prod: Estate) -> None:
    everything = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    role = Role(policies=(everything,), boundary=boundary(prod))

    assert role.may(Request(action="sqs:SendMessage", resource="arn:aws:sqs:eu-west-1:1:x"))
    for action in ("iam:CreateUser", "cloudtrail:StopLogging", "kms:ScheduleKeyDeletion", "s3:DeleteObjectVersion"):
        assert not role.may(Request(action=action, resource="*"))
    assert not role.may(Request(action="iam:PassRole", resource="arn:aws:iam::123456789012:role/administrator"))


def test_only_tasks_of_the_account_take_the_services_roles(estate: Estate) -> None:
    roles = [each for each in estate.of("aws_iam_role") if each.name in ("task", "execution")]

    principals = {each["assume_role_policy"].count("ecs-tasks.amazonaws.com") for each in roles}

    assert len(roles) == 2 * len(SERVICES)
    assert principals == {1}
    assert all('"aws:SourceAccount":"123456789012"' in each["assume_role_policy"] for each in roles)


def _name(estate: Estate) -> str:
    return str(estate.one("aws_ecs_cluster")["name"])
