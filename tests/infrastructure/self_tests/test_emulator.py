"""What the extension adds to the emulator: one test for each file of emulator/services/, as AWS would answer."""

import json
import re

import pytest
from botocore.exceptions import ClientError
from tests.infrastructure.emulator import services
from tests.infrastructure.support.archive import archived, write_line
from tests.infrastructure.support.emulator import REPLICA_REGION, Emulator
from tests.infrastructure.support.folders import ROOT

POLICY = json.dumps({"Version": "2012-10-17", "Statement": []})


def test_every_extension_has_a_test() -> None:
    folder = ROOT / "tests" / "infrastructure"
    tests = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("test_*.py"))

    extensions = {path.stem for path in (folder / "emulator" / "services").rglob("*.py")} - {"__init__"}

    assert services.__doc__
    assert {name for name in extensions if f"def test_{name}_" not in tests} == set()


def test_application_autoscaling_keeps_tags_of_a_target(emulator: Emulator) -> None:
    emulator.client("ecs").create_cluster(clusterName="one")
    emulator.client("ecs").register_task_definition(
        family="one", containerDefinitions=[{"name": "one", "image": "one", "memory": 128}]
    )
    emulator.client("ecs").create_service(cluster="one", serviceName="one", taskDefinition="one", desiredCount=1)
    client = emulator.client("application-autoscaling")

    answer = client.register_scalable_target(
        ServiceNamespace="ecs",
        ResourceId="service/one/one",
        ScalableDimension="ecs:service:DesiredCount",
        MinCapacity=1,
        MaxCapacity=2,
        Tags={"Name": "one"},
    )

    assert client.list_tags_for_resource(ResourceARN=answer["ScalableTargetARN"])["Tags"] == {"Name": "one"}


def test_awslambda_tells_where_a_function_logs(emulator: Emulator) -> None:
    trust = {"Version": "2012-10-17", "Statement": []}
    role = emulator.client("iam").create_role(RoleName="one", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    log = {"LogFormat": "JSON", "LogGroup": "/one"}

    made = emulator.client("lambda").create_function(
        FunctionName="one",
        Role=role,
        Runtime="python3.11",
        Handler="one.handle",
        Code={"ZipFile": b"zip"},
        LoggingConfig=log,
    )

    assert made["LoggingConfig"] == log


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


def test_cloudformation_makes_what_moto_does_not_know_there(emulator: Emulator) -> None:
    document = {
        "Resources": {
            "Provider": {
                "Type": "AWS::IAM::OIDCProvider",
                "Properties": {"Url": "https://issuer.example.com", "ClientIdList": ["one"]},
            }
        },
        "Outputs": {"Arn": {"Value": {"Fn::GetAtt": ["Provider", "Arn"]}}},
    }
    client, iam = emulator.client("cloudformation"), emulator.client("iam")
    client.create_stack(StackName="one", TemplateBody=json.dumps(document))

    made = iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]
    output = client.describe_stacks(StackName="one")["Stacks"][0]["Outputs"][0]["OutputValue"]
    client.delete_stack(StackName="one")

    assert [one["Arn"] for one in made] == [output]
    assert iam.list_open_id_connect_providers()["OpenIDConnectProviderList"] == []


def test_cloudfront_gives_policies_back_as_given(emulator: Emulator) -> None:
    client = emulator.client("cloudfront")
    given = {"Name": "one", "RemoveHeadersConfig": {"Quantity": 1, "Items": [{"Header": "Server"}]}}
    made = client.create_response_headers_policy(ResponseHeadersPolicyConfig=given)
    policy_id = made["ResponseHeadersPolicy"]["Id"]

    found = client.get_response_headers_policy(Id=policy_id)["ResponseHeadersPolicy"]
    client.delete_response_headers_policy(Id=policy_id, IfMatch=made["ETag"])

    assert found["ResponseHeadersPolicyConfig"] == given
    with pytest.raises(ClientError, match="NoSuchResponseHeadersPolicy"):
        client.get_response_headers_policy(Id=policy_id)


def test_cloudwatch_tells_composite_alarms_from_others(emulator: Emulator) -> None:
    client = emulator.client("cloudwatch")
    client.put_composite_alarm(AlarmName="one", AlarmRule="ALARM(two)")

    found = client.describe_alarms(AlarmNames=["one"], AlarmTypes=["CompositeAlarm"])

    assert [alarm["AlarmRule"] for alarm in found["CompositeAlarms"]] == ["ALARM(two)"]
    assert found["MetricAlarms"] == []


def test_codedeploy_deletes_groups_and_applications(emulator: Emulator) -> None:
    client = emulator.client("codedeploy")
    name = {"applicationName": "one", "deploymentGroupName": "one"}
    client.create_application(applicationName="one", computePlatform="ECS")
    client.create_deployment_group(
        **name,
        serviceRoleArn="arn:aws:iam::123456789012:role/one",
        autoRollbackConfiguration={"enabled": True, "events": ["DEPLOYMENT_FAILURE"]},
    )

    found = client.get_deployment_group(**name)["deploymentGroupInfo"]
    client.delete_deployment_group(**name)
    client.delete_application(applicationName="one")

    assert found["autoRollbackConfiguration"] == {"enabled": True, "events": ["DEPLOYMENT_FAILURE"]}
    assert client.list_applications()["applications"] == []


def test_cognito_idp_deletes_resource_servers(emulator: Emulator) -> None:
    client = emulator.client("cognito-idp")
    pool = client.create_user_pool(PoolName="one")["UserPool"]["Id"]
    client.create_resource_server(UserPoolId=pool, Identifier="refunds", Name="one", Scopes=[])

    client.delete_resource_server(UserPoolId=pool, Identifier="refunds")

    assert client.list_resource_servers(UserPoolId=pool, MaxResults=10)["ResourceServers"] == []


def test_ec2_describes_a_rule_that_names_a_group(emulator: Emulator) -> None:
    client = emulator.client("ec2")
    vpc = client.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    group = client.create_security_group(GroupName="one", Description="one", VpcId=vpc)["GroupId"]
    pair = {"GroupId": group, "Description": "from itself"}
    permission = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "UserIdGroupPairs": [pair]}

    client.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission])

    rules = client.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])
    assert [rule.get("Description") for rule in rules["SecurityGroupRules"] if not rule["IsEgress"]] == ["from itself"]


def test_ecs_changes_the_settings_of_a_cluster(emulator: Emulator) -> None:
    client = emulator.client("ecs")
    client.create_cluster(clusterName="one", settings=[{"name": "containerInsights", "value": "enabled"}])

    client.update_cluster_settings(cluster="one", settings=[{"name": "containerInsights", "value": "disabled"}])

    told = client.describe_clusters(clusters=["one"], include=["SETTINGS"])["clusters"][0]["settings"]
    assert told == [{"name": "containerInsights", "value": "disabled"}]


def test_ecs_remembers_how_a_service_is_spread(emulator: Emulator) -> None:
    client = emulator.client("ecs")
    client.create_cluster(clusterName="one")
    client.register_task_definition(family="one", containerDefinitions=[{"name": "one", "image": "one", "memory": 128}])
    client.create_service(
        cluster="one",
        serviceName="one",
        taskDefinition="one",
        desiredCount=1,
        availabilityZoneRebalancing="ENABLED",
        enableExecuteCommand=True,
    )

    (service,) = client.describe_services(cluster="one", services=["one"])["services"]

    assert (service["availabilityZoneRebalancing"], service["enableExecuteCommand"]) == ("ENABLED", True)


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


def test_firehose_unpacks_divides_and_packs_what_log_groups_send(emulator: Emulator) -> None:
    client, logs = emulator.client("firehose"), emulator.client("logs")
    emulator.client("s3").create_bucket(Bucket="one", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    stream = client.create_delivery_stream(
        DeliveryStreamName="one",
        ExtendedS3DestinationConfiguration={
            "RoleARN": "arn:aws:iam::123456789012:role/one",
            "BucketARN": "arn:aws:s3:::one",
            "Prefix": "year=!{timestamp:yyyy}/",
            "CompressionFormat": "GZIP",
            "ProcessingConfiguration": {
                "Enabled": True,
                "Processors": [{"Type": "Decompression"}, {"Type": "AppendDelimiterToRecord"}],
            },
        },
    )["DeliveryStreamARN"]
    logs.create_log_group(logGroupName="/one")
    logs.put_subscription_filter(logGroupName="/one", filterName="one", filterPattern="", destinationArn=stream)

    write_line(emulator, "/one", "first")
    write_line(emulator, "/one", "second")

    found = archived(emulator, "one")
    assert [re.fullmatch(r"year=\d{4}/one-1-[\w-]+\.gz", each.key) is not None for each in found] == [True, True]
    assert {(each.log_group, message) for each in found for message in each.messages} == {
        ("/one", "first"),
        ("/one", "second"),
    }


def test_guardduty_tells_the_features_asked_for(emulator: Emulator) -> None:
    client = emulator.client("guardduty")
    detector = client.create_detector(Enable=True)["DetectorId"]

    client.update_detector(DetectorId=detector, Features=[{"Name": "S3_DATA_EVENTS", "Status": "ENABLED"}])

    features = client.get_detector(DetectorId=detector)["Features"]
    assert ("S3_DATA_EVENTS", "ENABLED") in [(feature["Name"], feature["Status"]) for feature in features]


def test_kms_replica_of_an_hmac_key_leaves_the_primary_primary(emulator: Emulator) -> None:
    home, replica = emulator.client("kms"), emulator.client("kms", REPLICA_REGION)
    key = home.create_key(MultiRegion=True, KeyUsage="GENERATE_VERIFY_MAC", KeySpec="HMAC_256")["KeyMetadata"]["KeyId"]
    home.replicate_key(KeyId=key, ReplicaRegion=REPLICA_REGION, Tags=[{"TagKey": "Name", "TagValue": "copy"}])
    seal = {"KeyId": key, "Message": b"head", "MacAlgorithm": "HMAC_SHA_256"}

    mac = home.generate_mac(**seal)["Mac"]

    kinds = [side.describe_key(KeyId=key)["KeyMetadata"]["MultiRegionConfiguration"] for side in (home, replica)]
    assert [kind["MultiRegionKeyType"] for kind in kinds] == ["PRIMARY", "REPLICA"]
    assert home.verify_mac(Mac=mac, **seal)["MacValid"]


def test_route53_names_zones_as_aws_does(emulator: Emulator) -> None:
    made = emulator.client("route53").create_hosted_zone(Name="one.example.com", CallerReference="one")

    assert made["HostedZone"]["Id"].startswith("/hostedzone/Z")


def test_s3_gives_back_that_events_go_to_eventbridge(emulator: Emulator) -> None:
    client = emulator.client("s3")
    client.create_bucket(Bucket="one", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    client.put_bucket_notification_configuration(
        Bucket="one", NotificationConfiguration={"EventBridgeConfiguration": {}}
    )

    assert "EventBridgeConfiguration" in client.get_bucket_notification_configuration(Bucket="one")


def test_s3_lets_in_whoever_obeys_a_condition(emulator: Emulator) -> None:
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


def test_schemas_counts_versions(emulator: Emulator) -> None:
    client = emulator.client("schemas")
    client.create_registry(RegistryName="one", Tags={"Name": "one"})
    name = {"RegistryName": "one", "SchemaName": "one"}
    client.create_schema(**name, Type="OpenApi3", Content="{}")

    client.update_schema(**name, Content='{"a": 1}')

    found = client.describe_schema(**name)
    assert (found["SchemaVersion"], found["Content"]) == ("2", '{"a": 1}')


def test_secretsmanager_replica_tells_its_key(emulator: Emulator) -> None:
    client = emulator.client("secretsmanager")
    replicas = [{"Region": REPLICA_REGION, "KmsKeyId": "alias/copy"}]

    client.create_secret(Name="one", SecretString="{}", AddReplicaRegions=replicas)

    (status,) = client.describe_secret(SecretId="one")["ReplicationStatus"]
    assert status["KmsKeyId"] == "alias/copy"


def test_securityhub_holds_the_account_to_standards(emulator: Emulator) -> None:
    client = emulator.client("securityhub")
    client.enable_security_hub(EnableDefaultStandards=False)
    arn = "arn:aws:securityhub:eu-west-1::standards/pci-dss/v/4.0.1"
    made = client.batch_enable_standards(StandardsSubscriptionRequests=[{"StandardsArn": arn}])
    (subscription,) = [one["StandardsSubscriptionArn"] for one in made["StandardsSubscriptions"]]

    found = client.get_enabled_standards(StandardsSubscriptionArns=[subscription])["StandardsSubscriptions"]
    client.batch_disable_standards(StandardsSubscriptionArns=[subscription])

    assert [(one["StandardsArn"], one["StandardsStatus"]) for one in found] == [(arn, "READY")]
    assert client.get_enabled_standards()["StandardsSubscriptions"] == []


def test_sqs_gives_redrive_policies_back_in_the_words_given(emulator: Emulator) -> None:
    client = emulator.client("sqs")
    dead = client.create_queue(QueueName="dead")["QueueUrl"]
    arn = client.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    words = f'{{"deadLetterTargetArn":"{arn}","maxReceiveCount":5}}'
    alive = client.create_queue(QueueName="alive", Attributes={"RedrivePolicy": words})["QueueUrl"]
    client.set_queue_attributes(QueueUrl=dead, Attributes={"RedriveAllowPolicy": '{"redrivePermission":"denyAll"}'})

    found = client.get_queue_attributes(QueueUrl=alive, AttributeNames=["RedrivePolicy"])["Attributes"]
    allowed = client.get_queue_attributes(QueueUrl=dead, AttributeNames=["RedriveAllowPolicy"])["Attributes"]

    assert found["RedrivePolicy"] == words
    assert allowed["RedriveAllowPolicy"] == '{"redrivePermission":"denyAll"}'


def test_synthetics_starts_stops_and_deletes_a_canary(emulator: Emulator) -> None:
    client = emulator.client("synthetics")
    client.create_canary(
        Name="one",
        Code={"Handler": "one.handler", "ZipFile": b"zip"},
        ArtifactS3Location="s3://one",
        ExecutionRoleArn="arn:aws:iam::123456789012:role/one",
        Schedule={"Expression": "rate(5 minutes)"},
        RuntimeVersion="syn-python-selenium-5.1",
    )

    client.start_canary(Name="one")
    running = client.get_canary(Name="one")["Canary"]["Status"]["State"]
    client.stop_canary(Name="one")
    client.delete_canary(Name="one")

    assert running == "RUNNING"
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        client.get_canary(Name="one")


def test_xray_keeps_groups_and_sampling_rules(emulator: Emulator) -> None:
    client = emulator.client("xray")
    rule = {
        "RuleName": "one",
        "ResourceARN": "*",
        "Priority": 1,
        "FixedRate": 0.1,
        "ReservoirSize": 1,
        "ServiceName": "*",
        "ServiceType": "*",
        "Host": "*",
        "HTTPMethod": "*",
        "URLPath": "*",
        "Version": 1,
    }
    client.create_sampling_rule(SamplingRule=rule)
    client.create_group(GroupName="one", FilterExpression="fault")

    group = client.get_group(GroupName="one")["Group"]
    rules = client.get_sampling_rules()["SamplingRuleRecords"]

    assert group["FilterExpression"] == "fault"
    assert [record["SamplingRule"]["FixedRate"] for record in rules] == [0.1]
