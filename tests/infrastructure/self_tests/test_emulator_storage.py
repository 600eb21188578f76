"""What the extension adds to the emulator for services that keep data, as AWS would answer."""

import json

import pytest
from botocore.exceptions import ClientError
from tests.infrastructure.support.emulator import Emulator

POLICY = json.dumps({"Version": "2012-10-17", "Statement": []})


def test_backup_keeps_selections_and_policies_until_deleted(emulator: Emulator) -> None:
    client = emulator.client("backup")
    client.create_backup_vault(BackupVaultName="one")
    plan = client.create_backup_plan(BackupPlan={"BackupPlanName": "one", "Rules": []})["BackupPlanId"]
    role = {"SelectionName": "all", "IamRoleArn": "arn:aws:iam::123456789012:role/one"}
    chosen = client.create_backup_selection(BackupPlanId=plan, BackupSelection=role)["SelectionId"]
    client.put_backup_vault_access_policy(BackupVaultName="one", Policy=POLICY)

    found = client.get_backup_selection(BackupPlanId=plan, SelectionId=chosen)
    policy = client.get_backup_vault_access_policy(BackupVaultName="one")
    client.delete_backup_selection(BackupPlanId=plan, SelectionId=chosen)

    assert found["BackupSelection"] == role
    assert policy["Policy"] == POLICY
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        client.get_backup_selection(BackupPlanId=plan, SelectionId=chosen)


def test_elasticache_describes_every_member_of_a_cluster(emulator: Emulator) -> None:
    client = emulator.client("elasticache")
    client.create_cache_parameter_group(
        CacheParameterGroupName="one", CacheParameterGroupFamily="redis7", Description="one"
    )
    client.create_replication_group(
        ReplicationGroupId="one",
        ReplicationGroupDescription="one",
        NumNodeGroups=2,
        ReplicasPerNodeGroup=1,
        ClusterMode="enabled",
        Engine="redis",
        EngineVersion="7.1",
        CacheParameterGroupName="one",
    )

    (group,) = client.describe_replication_groups(ReplicationGroupId="one")["ReplicationGroups"]
    members = [client.describe_cache_clusters(CacheClusterId=name) for name in group["MemberClusters"]]

    assert group["ClusterEnabled"]
    assert len(members) == 4
    assert {member["CacheClusters"][0]["CacheParameterGroup"]["CacheParameterGroupName"] for member in members} == {
        "one"
    }


def test_s3_gives_back_that_events_go_to_eventbridge(emulator: Emulator) -> None:
    client = emulator.client("s3")
    client.create_bucket(Bucket="one", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    client.put_bucket_notification_configuration(
        Bucket="one", NotificationConfiguration={"EventBridgeConfiguration": {}}
    )

    assert "EventBridgeConfiguration" in client.get_bucket_notification_configuration(Bucket="one")


def test_s3_admits_every_caller_that_obeys_a_condition(emulator: Emulator) -> None:
    client = emulator.client("s3")
    client.create_bucket(Bucket="one", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    without_tls = {"Bool": {"aws:SecureTransport": "false"}}
    denied = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "s3:*", "Resource": "arn:aws:s3:::one/*"}
    policies = [{"Version": "2012-10-17", "Statement": [denied | more]} for more in ({"Condition": without_tls}, {})]

    client.put_bucket_policy(Bucket="one", Policy=json.dumps(policies[0]))
    client.put_object(Bucket="one", Key="let", Body=b"1")
    client.put_bucket_policy(Bucket="one", Policy=json.dumps(policies[1]))

    with pytest.raises(ClientError):
        client.put_object(Bucket="one", Key="refused", Body=b"1")
