"""What the extension adds to the emulator: one test for each file of emulator/services/, as AWS would answer."""

import json

import pytest
from botocore.exceptions import ClientError
from tests.infrastructure.emulator import services
from tests.infrastructure.support.emulator import Emulator
from tests.infrastructure.support.folders import ROOT


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


def test_awslambda_names_where_a_function_logs(emulator: Emulator) -> None:
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


def test_route53_names_zones_as_aws_does(emulator: Emulator) -> None:
    made = emulator.client("route53").create_hosted_zone(Name="one.example.com", CallerReference="one")

    assert made["HostedZone"]["Id"].startswith("/hostedzone/Z")


def test_schemas_counts_versions(emulator: Emulator) -> None:
    client = emulator.client("schemas")
    client.create_registry(RegistryName="one", Tags={"Name": "one"})
    name = {"RegistryName": "one", "SchemaName": "one"}
    client.create_schema(**name, Type="OpenApi3", Content="{}")

    client.update_schema(**name, Content='{"a": 1}')

    found = client.describe_schema(**name)
    assert (found["SchemaVersion"], found["Content"]) == ("2", '{"a": 1}')


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
