"""In every environment: who is woken where nothing gets in, and that nobody is while all is well.

Which alarms are on is computed from the plan (support/alarms.py); which topics PagerDuty hears, from its own stack.
"""

import pytest
from tests.infrastructure.support.estate import Estate
from tests.infrastructure.support.monitoring.alarms import alarms_on, topics_of
from tests.infrastructure.third_party.third_party_source import blocks_of, default_of

CALLERS_CALL = {"RequestCount": 600, "TargetResponseTime": 0.05, "5xxErrorRate": 0, "BlockedRequests": 3}
ASKED_FROM_OUTSIDE = {"SuccessPercent": 100, "HealthCheckStatus": 1}
INSIDE = {
    "bus_lag_s": 1,
    "relay_lag_s": 1,
    "CPUUtilization": 40,
    "DaysToExpiry": 300,
    "DeliveryToS3.DataFreshness": 60,
    "DeliveryToS3.Success": 1,
    "IncomingLogEvents": 500,
    "IncomingRecords": 40,
    "MemoryUtilization": 40,
    "NumberOfBackupJobsCompleted": 1,
    "RunningTaskCount": 10,
    "UnHealthyHostCount": 0,
}
ALL_QUIET = CALLERS_CALL | ASKED_FROM_OUTSIDE | INSIDE
CANARY_FAILS, CHECKERS_FAIL = {"SuccessPercent": 0}, {"HealthCheckStatus": 0}
SITE_DARK = INSIDE | CANARY_FAILS | CHECKERS_FAIL
"""Nothing gets in: the tasks are well, and nobody counts answers, for there are none."""


@pytest.fixture
def paging_topics(estate: Estate) -> dict[str, str]:
    """ARN of each topic that PagerDuty subscribes => the provider by which it does."""
    given = {
        "${var.critical_topic_arn}": estate.outputs["alarm_topic_arns"]["critical"],
        "${var.global_alarm_topic_arn}": estate.outputs["global_alarm_topic_arn"],
    }
    subscriptions = [block.body for block in blocks_of("pagerduty") if block.type == "aws_sns_topic_subscription"]
    return {given[str(body["topic_arn"])]: str(body.get("provider", "${aws}")) for body in subscriptions}


def names_on(estate: Estate, world: dict[str, float], topics: set[str] | None = None) -> set[str]:
    """Names, without the environment's prefix, of the alarms that are on and tell one of these topics, or any."""
    on = [each for each in alarms_on(estate, world) if topics is None or topics_of(each) & topics]
    return {each["alarm_name"].removeprefix(estate.one("aws_ecs_cluster")["name"]).lstrip("-") for each in on}


def test_no_alarm_is_on_while_all_is_quiet(estate: Estate) -> None:
    assert names_on(estate, ALL_QUIET) == set()


def test_nobody_is_woken_because_nobody_calls(estate: Estate) -> None:
    assert names_on(estate, ASKED_FROM_OUTSIDE | INSIDE) == set()


def test_a_site_that_is_dark_from_outside_wakes_somebody(estate: Estate, paging_topics: dict[str, str]) -> None:
    woken_by = names_on(estate, SITE_DARK, set(paging_topics))

    assert woken_by == {"product", "health-home", "health-product"}


@pytest.mark.parametrize(
    ("failing", "woken_by"),
    [(CANARY_FAILS, {"product"}), (CHECKERS_FAIL, {"health-home", "health-product"})],
    ids=["the canary", "the checkers"],
)
def test_each_of_those_who_ask_from_outside_wakes_somebody_alone(
    estate: Estate, paging_topics: dict[str, str], failing: dict[str, float], woken_by: set[str]
) -> None:
    assert names_on(estate, ALL_QUIET | failing, set(paging_topics)) == woken_by


@pytest.mark.parametrize("lost", ASKED_FROM_OUTSIDE)
def test_silence_of_those_who_ask_from_outside_wakes_somebody(
    estate: Estate, paging_topics: dict[str, str], lost: str
) -> None:
    world = {name: value for name, value in ALL_QUIET.items() if name != lost}

    assert names_on(estate, world, set(paging_topics))


@pytest.mark.parametrize("errors", ["HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count"])
def test_many_errors_wake_somebody(estate: Estate, paging_topics: dict[str, str], errors: str) -> None:
    assert {"error-rate", "product"} <= names_on(estate, ALL_QUIET | {errors: 60}, set(paging_topics))


def test_logs_that_are_written_and_not_archived_wake_somebody(estate: Estate, paging_topics: dict[str, str]) -> None:
    world = {name: value for name, value in ALL_QUIET.items() if name != "IncomingRecords"}

    assert names_on(estate, world, set(paging_topics)) == {"log-archive-silent"}


def test_logs_that_are_not_taken_wake_somebody(estate: Estate, paging_topics: dict[str, str]) -> None:
    assert names_on(estate, ALL_QUIET | {"DeliveryErrors": 3}, set(paging_topics)) == {"log-archive-refused"}


def test_an_alarm_that_a_wider_one_repeats_only_warns(estate: Estate, paging_topics: dict[str, str]) -> None:
    dark = names_on(estate, SITE_DARK)

    assert dark - names_on(estate, SITE_DARK, set(paging_topics)) == {"canary"}


def test_pagerduty_receives_every_critical_topic_in_its_own_region(
    estate: Estate, paging_topics: dict[str, str]
) -> None:
    homes = {"${aws}": default_of("pagerduty", "aws_region"), "${aws.global}": '"us-east-1"'}
    regions = {f'"{arn.split(":")[3]}"' for arn in paging_topics}
    topics = {each["arn"] for each in estate.of("aws_sns_topic")}

    assert topics - paging_topics.keys() == {estate.outputs["alarm_topic_arns"]["warning"]}
    assert regions == {homes[provider] for provider in paging_topics.values()}
