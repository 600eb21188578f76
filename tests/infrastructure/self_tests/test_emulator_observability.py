"""What the extension adds to the emulator for metrics, logs, traces and canaries, as AWS would answer."""

import re

import pytest
from botocore.exceptions import ClientError
from tests.infrastructure.support.archive import archived, write_line
from tests.infrastructure.support.emulator import Emulator


def test_cloudwatch_distinguishes_composite_alarms_from_others(emulator: Emulator) -> None:
    client = emulator.client("cloudwatch")
    client.put_composite_alarm(AlarmName="one", AlarmRule="ALARM(two)")

    found = client.describe_alarms(AlarmNames=["one"], AlarmTypes=["CompositeAlarm"])

    assert [alarm["AlarmRule"] for alarm in found["CompositeAlarms"]] == ["ALARM(two)"]
    assert found["MetricAlarms"] == []


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
