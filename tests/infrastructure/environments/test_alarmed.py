"""In every environment: ways out, copies, certificates, deployments are alarmed, at the topic that wakes."""

import pytest
from tests.infrastructure.support.access.places import SERVICES
from tests.infrastructure.support.estate import Estate, Resource

BUCKETS = {"documents", "logs", "reports", "backups", "audit"}


def alarms(estate: Estate, name: str) -> list[Resource]:
    return [each for each in estate.of("aws_cloudwatch_metric_alarm") if each.name == name]


def topic(estate: Estate, name: str, *keys: str) -> str:
    (found,) = [each for each in estate.of("aws_sns_topic", *keys) if each.name == name]
    return str(found["arn"])


@pytest.mark.parametrize("name", ["nat_ports", "nat_drops"])
def test_each_nat_gateway_is_watched(estate: Estate, name: str) -> None:
    found = alarms(estate, name)

    assert {each.keys for each in found} == {each.keys for each in estate.of("aws_nat_gateway")}
    assert {tuple(each["alarm_actions"]) for each in found} == {(topic(estate, "alarms", "critical"),)}


def test_each_bucket_that_is_copied_reports_what_was_not_copied(estate: Estate) -> None:
    found = alarms(estate, "replication_failed")

    assert {each.keys[-1] for each in found} == BUCKETS
    assert {tuple(each["alarm_actions"]) for each in found} == {(topic(estate, "alarms", "critical"),)}


def test_certificates_notify_the_topic_of_their_own_region(estate: Estate) -> None:
    (origin,) = alarms(estate, "origin_certificate")
    (viewers,) = alarms(estate, "viewers_certificate")

    assert origin["alarm_actions"] == [topic(estate, "alarms", "critical")]
    assert viewers["alarm_actions"] == [topic(estate, "global_alarms")]
    assert origin["dimensions"] != viewers["dimensions"]


@pytest.mark.parametrize("service", SERVICES)
def test_failed_deployments_and_killed_tasks_are_notified(estate: Estate, service: str) -> None:
    rules = {each.name: each for each in estate.of("aws_cloudwatch_event_rule", service)}
    targets = {each.name: each for each in estate.of("aws_cloudwatch_event_target", service)}

    assert rules.keys() == targets.keys() == {"failed_deployments", "out_of_memory"}
    for name, rule in rules.items():
        assert rule["state"] == "ENABLED"
        assert (targets[name]["rule"], targets[name]["arn"]) == (rule["name"], topic(estate, "alarms", "critical"))
