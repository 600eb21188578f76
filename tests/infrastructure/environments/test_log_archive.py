"""In every environment: the services' logs reach the bucket of logs, by roles, keys and policies that pass no more.

What a policy lets through is asked by simulated requests, as in test_iam_simulation.py.
"""

from itertools import product

import pytest
from tests.infrastructure.support.access.iam import Request, Role, parsed
from tests.infrastructure.support.access.places import SERVICES
from tests.infrastructure.support.access.roles import archive_role
from tests.infrastructure.support.estate import Estate, Resource

ACCOUNT = "123456789012"
LOST_S_MAX = 300
OTHER_ACCOUNT = "210987654321"
BY_S3 = {"kms:viaservice": "s3.eu-west-1.amazonaws.com"}
BY_FIREHOSE = {"kms:viaservice": "firehose.eu-west-1.amazonaws.com"}
ANYTHING = Role(policies=({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]},))

OBJECTS = ("services/year=2026/a.gz", "failed/decompression-failed/a", "anchors/1", "a.gz")
TO_OBJECTS = ("s3:PutObject", "s3:GetObject", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObjectRetention")


def stream_of(estate: Estate) -> Resource:
    return estate.one("aws_kinesis_firehose_delivery_stream")


def taken(estate: Estate, name: str, **context: str) -> bool:
    """Whether somebody of whom AWS knows this may take the role."""
    (role,) = [each for each in estate.of("aws_iam_role") if each.name == name]
    trust = Role(policies=(parsed(role["assume_role_policy"]),))
    keys = {key.replace("_", ":", 1): value for key, value in context.items()}
    return trust.may(Request(action="sts:AssumeRole", resource="*", context=keys))


def test_each_service_is_archived_without_a_pattern(estate: Estate) -> None:
    filters = estate.of("aws_cloudwatch_log_subscription_filter")
    groups = {service: estate.one("aws_cloudwatch_log_group", service)["name"] for service in SERVICES}

    assert {each.keys[-1]: each["log_group_name"] for each in filters} == groups
    assert {(each["filter_pattern"], each["destination_arn"]) for each in filters} == {("", stream_of(estate)["arn"])}


def test_logs_are_archived_in_time_in_the_bucket_that_keeps_them_for_seven_years(estate: Estate) -> None:
    (to,) = stream_of(estate)["extended_s3_configuration"]
    (bucket,) = [each for each in estate.of("aws_s3_bucket", "logs") if each.name == "this"]
    (late,) = [each for each in estate.of("aws_cloudwatch_metric_alarm", "late") if each.name == "stream"]

    assert to["bucket_arn"] == bucket["arn"]
    assert to["buffering_interval"] * 2 < late["threshold"] == LOST_S_MAX


def test_firehose_adds_to_the_archive_and_may_do_nothing_else(estate: Estate) -> None:
    role = archive_role(estate, "delivery")
    buckets = {each.keys[-1]: each["arn"] for each in estate.of("aws_s3_bucket") if each.name == "this"}

    found = {
        (action, bucket, key)
        for action, (bucket, arn), key in product(TO_OBJECTS, buckets.items(), OBJECTS)
        if role.may(Request(action=action, resource=f"{arn}/{key}"))
    }

    assert found == {("s3:PutObject", "logs", key) for key in OBJECTS[:2]}
    assert not role.may(Request(action="firehose:PutRecord", resource=stream_of(estate)["arn"]))


def test_cloudwatch_logs_puts_into_this_stream_and_may_do_nothing_else(estate: Estate) -> None:
    role = archive_role(estate, "subscription")
    stream = stream_of(estate)["arn"]

    assert role.may(Request(action="firehose:PutRecordBatch", resource=stream))
    assert not role.may(Request(action="firehose:PutRecordBatch", resource=f"{stream}-other"))
    assert not role.may(Request(action="firehose:DeleteDeliveryStream", resource=stream))
    assert not role.may(Request(action="s3:PutObject", resource="*"))
    assert not role.may(Request(action="logs:PutLogEvents", resource="*"))


@pytest.mark.parametrize(("name", "way"), [("delivery", BY_S3), ("subscription", BY_FIREHOSE)])
def test_key_of_logs_opens_to_each_role_by_its_own_way_alone(estate: Estate, name: str, way: dict[str, str]) -> None:
    role, keys = archive_role(estate, name), estate.outputs["key_arns"]
    (key,) = [each for each in estate.of("aws_kms_key", "logs") if each.name == "this"]
    policy = Role(policies=(parsed(key["policy"]),))
    other_way = BY_FIREHOSE if way == BY_S3 else BY_S3

    def may(purpose: str, context: dict[str, str]) -> bool:
        return role.may(Request(action="kms:GenerateDataKey", resource=keys[purpose], context=context))

    assert {purpose for purpose in keys if may(purpose, way)} == {"logs"}
    assert not may("logs", other_way)
    assert not may("logs", {})
    assert policy.may(Request(action="kms:GenerateDataKey", resource="*", context=way))


def test_grant_for_the_stream_can_be_made_for_aws_alone(estate: Estate) -> None:
    (key,) = [each for each in estate.of("aws_kms_key", "logs") if each.name == "this"]
    policy = Role(policies=(parsed(key["policy"]),))

    def may(is_for_aws: str) -> bool:
        context = {**BY_FIREHOSE, "kms:grantisforawsresource": is_for_aws}
        return policy.may(Request(action="kms:CreateGrant", resource="*", context=context))

    assert may("true")
    assert not may("false")


def test_bucket_refuses_what_comes_under_another_key_or_in_the_open_and_nothing_of_firehose(estate: Estate) -> None:
    (policy,) = [each for each in estate.of("aws_s3_bucket_policy", "logs") if each.name == "this"]
    (to,) = stream_of(estate)["extended_s3_configuration"]
    with_policy = Role(policies=(*ANYTHING.policies, parsed(policy["policy"])))
    place = parsed(policy["policy"])["Statement"][0]["Resource"][0]

    def may(**changed: str) -> bool:
        delivered = {"tls": "1.2", "secure": "true", "key": to["kms_key_arn"], **changed}
        context = {
            "aws:securetransport": delivered["secure"],
            "s3:tlsversion": delivered["tls"],
            "s3:x-amz-server-side-encryption-aws-kms-key-id": delivered["key"],
        }
        return with_policy.may(Request(action="s3:PutObject", resource=f"{place}/services/a.gz", context=context))

    assert may()
    assert not may(key=estate.outputs["key_arns"]["data"])
    assert not may(secure="false")


def test_roles_are_taken_for_this_account_alone(estate: Estate) -> None:
    ours = {
        "aws_sourcearn": f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:/a:*",
        "aws_sourceaccount": ACCOUNT,
    }
    theirs = {name: value.replace(ACCOUNT, OTHER_ACCOUNT) for name, value in ours.items()}

    assert taken(estate, "delivery", sts_externalid=ACCOUNT)
    assert not taken(estate, "delivery", sts_externalid=OTHER_ACCOUNT)
    assert taken(estate, "subscription", **ours)
    assert not taken(estate, "subscription", **theirs)
    assert not taken(estate, "delivery")
    assert not taken(estate, "subscription")
