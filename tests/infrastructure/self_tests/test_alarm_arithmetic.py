"""What the tests of whole environments believe about CloudWatch: rules, missing data, metric math, dimensions."""

from typing import Any

import pytest
from tests.infrastructure.support.estate import Estate, Resource
from tests.infrastructure.support.monitoring.alarms import computed, holds, is_on
from tests.infrastructure.support.monitoring.metrics import Metric, faults

RATE = "IF(requests > 0, 100 * (FILL(errors, 0) + FILL(others, 0)) / requests, 0)"


def resource(type_: str, **values: Any) -> Resource:
    return Resource(address=f"{type_}.this", mode="managed", type=type_, name="this", values=values)


def estate_with(*resources: Resource) -> Estate:
    return Estate(resources=resources, outputs={})


@pytest.mark.parametrize(
    ("rule", "is_so"),
    [
        ('ALARM("on")', True),
        ('NOT ALARM("on")', False),
        ('ALARM("off") OR ALARM("on")', True),
        ('ALARM("on") AND ALARM("off")', False),
        ('ALARM("on") OR ALARM("on") AND ALARM("off")', True),
        ('(ALARM("on") OR ALARM("on")) AND ALARM("off")', False),
    ],
)
def test_composite_rule_binds_and_closer_than_or(rule: str, is_so: bool) -> None:
    assert holds(rule, {"on": True, "off": False}) is is_so


def test_composite_rule_about_an_alarm_that_does_not_exist_is_refused() -> None:
    with pytest.raises(KeyError):
        holds('ALARM("on") OR ALARM("gone")', {"on": True})


@pytest.mark.parametrize(
    ("values", "rate"),
    [
        ({"requests": 200, "errors": 4, "others": None}, 2),
        ({"requests": 0, "errors": None, "others": None}, 0),
        ({"requests": None, "errors": None, "others": None}, None),
    ],
)
def test_rate_of_errors_has_data_where_requests_have(values: dict[str, float | None], rate: float | None) -> None:
    assert computed(RATE, values) == rate


@pytest.mark.parametrize(
    ("values", "silent"),
    [
        ({"arrived": None, "written_api": 3, "written_other": 2}, 5),
        ({"arrived": 1, "written_api": 3, "written_other": 2}, 0),
        ({"arrived": None, "written_api": None, "written_other": None}, None),
    ],
)
def test_what_was_written_counts_where_nothing_arrived(values: dict[str, float | None], silent: float | None) -> None:
    assert computed('IF(FILL(arrived, 0) == 0, SUM(METRICS("written")), 0)', values) == silent


def test_busier_colour_counts() -> None:
    assert computed("MAX([FILL(blue, 0), FILL(green, 0)])", {"blue": None, "green": 7}) == 7


@pytest.mark.parametrize(
    ("missing", "is_so"), [("breaching", True), ("notBreaching", False), ("ignore", False), ("missing", False)]
)
def test_alarm_without_data_is_on_only_where_that_is_breaching(missing: str, is_so: bool) -> None:
    alarm = resource("aws_cloudwatch_metric_alarm", metric_name="SuccessPercent", treat_missing_data=missing)

    assert is_on(alarm, {}) is is_so


@pytest.mark.parametrize(
    ("dimensions", "fault"),
    [
        ({"QueueName": "review"}, ""),
        ({"QueName": "review"}, "AWS keeps it under"),
        ({}, "AWS keeps it under"),
        ({"QueueName": "review", "Region": "Global"}, "AWS keeps it under"),
        ({"QueueName": "reviews"}, "nothing of this environment"),
    ],
)
def test_metric_under_a_wrong_dimension_is_found(dimensions: dict[str, str], fault: str) -> None:
    queues = estate_with(resource("aws_sqs_queue", name="review"))

    found = faults(Metric(namespace="AWS/SQS", name="NumberOfMessagesSent", dimensions=dimensions), queues)

    assert (fault in found[0]) if fault else found == []


def test_metric_of_the_cache_is_kept_by_node_and_not_by_group() -> None:
    group = {"replication_group_id": "cache", "num_node_groups": 1, "replicas_per_node_group": 1}
    cache = estate_with(resource("aws_elasticache_replication_group", **group))

    def found(**dimensions: str) -> list[str]:
        return faults(Metric(namespace="AWS/ElastiCache", name="Evictions", dimensions=dimensions), cache)

    assert found(CacheClusterId="cache-0001-002") == []
    assert found(CacheClusterId="cache-0001-003") != []
    assert found(ReplicationGroupId="cache") != []


@pytest.mark.parametrize(
    ("name", "dimensions", "is_kept"), [("lines", {}, True), ("lines", {"Service": "api"}, False), ("line", {}, False)]
)
def test_metric_of_the_logs_must_be_counted_by_a_filter(name: str, dimensions: dict[str, str], is_kept: bool) -> None:
    counting = [{"namespace": "Refunds", "name": "lines", "dimensions": None}]
    logs = estate_with(resource("aws_cloudwatch_log_metric_filter", metric_transformation=counting))

    assert (faults(Metric(namespace="Refunds", name=name, dimensions=dimensions), logs) == []) is is_kept
