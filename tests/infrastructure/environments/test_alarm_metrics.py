"""In every environment: alarms and dashboards ask CloudWatch for metrics under the dimensions where it keeps them.

Otherwise they see nothing and say nothing; an alarm that goes blind so is found by no other test.
"""

from tests.infrastructure.support.estate import Estate
from tests.infrastructure.support.monitoring.alarms import topics_of
from tests.infrastructure.support.monitoring.metrics import (
    ONLY_IN_US_EAST_1,
    faults,
    metrics_of_alarm,
    metrics_of_dashboard,
)


def test_alarms_ask_for_metrics_under_dimensions_of_this_environments_resources(estate: Estate) -> None:
    alarms = estate.of("aws_cloudwatch_metric_alarm")

    asked = [metric for alarm in alarms for metric in metrics_of_alarm(alarm)]

    assert len(asked) >= len(alarms) > 50
    assert [fault for metric in asked for fault in faults(metric, estate)] == []


def test_dashboards_draw_metrics_under_dimensions_of_this_environments_resources(estate: Estate) -> None:
    drawn = [metric for board in estate.of("aws_cloudwatch_dashboard") for metric in metrics_of_dashboard(board)]

    assert len(drawn) > 20
    assert [fault for metric in drawn for fault in faults(metric, estate)] == []


def test_every_colour_of_every_service_is_watched(estate: Estate) -> None:
    groups = {each["arn_suffix"] for each in estate.of("aws_lb_target_group")}

    for name in ("errors", "latency", "unhealthy"):
        alarms = [each for each in estate.of("aws_cloudwatch_metric_alarm") if each.name == name]
        asked = [metric.dimensions.get("TargetGroup") for alarm in alarms for metric in metrics_of_alarm(alarm)]
        assert groups <= set(asked), name


def test_alarms_notify_a_topic_of_the_region_where_their_metric_is(estate: Estate) -> None:
    for alarm in estate.of("aws_cloudwatch_metric_alarm"):
        regions = {arn.split(":")[3] for arn in topics_of(alarm)}
        is_global = any(
            metric.namespace in ONLY_IN_US_EAST_1 or "WebACL" in metric.dimensions for metric in metrics_of_alarm(alarm)
        )
        is_viewers = alarm.name == "viewers_certificate"

        assert regions <= {"us-east-1" if is_global or is_viewers else "eu-west-1"}, alarm.address
