"""The figures that the product promises of its infrastructure, read from what each environment really consists of."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from tests.infrastructure.support.access.places import SERVICES
from tests.infrastructure.support.estate import Estate

SEVEN_YEARS_DAYS = 2557
MONTH_DAYS = 30
TLS13_AND_THE_BEST_OF_12 = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"


@dataclass(frozen=True, slots=True)
class Size:
    """Of a task (CPU units, MiB), and how many run."""

    cpu: int
    memory: int
    least: int
    most: int


SMALLEST = Size(256, 512, 1, 2)
FULL = {
    "api": Size(1024, 2048, 3, 10),
    "request-manager": Size(2048, 4096, 2, 8),
    "gateway-integration": Size(1024, 2048, 2, 6),
    "parameter-resolution": Size(512, 1024, 2, 4),
    "reporting-engine": Size(2048, 4096, 1, 3),
}
SIZES: Mapping[str, Mapping[str, Size]] = {
    "prod": FULL,
    "staging": FULL,
    "test": {
        "api": Size(512, 1024, 2, 4),
        "request-manager": Size(512, 1024, 1, 4),
        "gateway-integration": Size(512, 1024, 1, 3),
        "parameter-resolution": SMALLEST,
        "reporting-engine": Size(512, 1024, 1, 2),
    },
    "dev": dict.fromkeys(SERVICES, SMALLEST),
}

# Metric, scale out above, scale in below; the same in every environment.
THRESHOLDS = {
    "api": ("CPUUtilization", 70, 30),
    "request-manager": ("ApproximateNumberOfMessagesVisible", 1000, 100),
    "gateway-integration": ("RequestCountPerTarget", 50, 10),
    "parameter-resolution": ("CPUUtilization", 70, 30),
    "reporting-engine": ("CPUUtilization", 70, 30),
}
IS_FULL = {"prod": True, "staging": True, "test": False, "dev": False}


@pytest.mark.parametrize("service", SERVICES)
def test_service_has_its_size_and_counts(estate: Estate, environment: str, service: str) -> None:
    task = estate.one("aws_ecs_task_definition", service)
    target = estate.one("aws_appautoscaling_target", service)

    found = Size(int(task["cpu"]), int(task["memory"]), target["min_capacity"], target["max_capacity"])

    assert found == SIZES[environment][service]
    assert estate.one("aws_ecs_service", service)["desired_count"] == found.least


@pytest.mark.parametrize("service", SERVICES)
def test_service_grows_and_shrinks_at_its_thresholds(estate: Estate, service: str) -> None:
    alarms = {each.name: each for each in estate.of("aws_cloudwatch_metric_alarm", service)}
    more, fewer = alarms["scale_out"], alarms["scale_in"]

    metric = more["metric_name"] or next(q["metric"][0]["metric_name"] for q in more["metric_query"] if q["metric"])

    assert (metric, more["threshold"], fewer["threshold"]) == THRESHOLDS[service]
    assert more["comparison_operator"] == "GreaterThanThreshold"
    assert fewer["comparison_operator"] == "LessThanThreshold"


def test_request_rate_is_counted_per_minute(estate: Estate) -> None:
    alarms = [each for each in estate.of("aws_cloudwatch_metric_alarm", "gateway-integration") if "scale" in each.name]

    periods = {query["metric"][0]["period"] for each in alarms for query in each["metric_query"] if query["metric"]}

    assert periods == {60}


def test_spot_runs_outside_of_production_only(estate: Estate, environment: str) -> None:
    used = {
        strategy["capacity_provider"]
        for each in estate.of("aws_ecs_service")
        for strategy in each["capacity_provider_strategy"]
    }
    offered = set(estate.one("aws_ecs_cluster_capacity_providers")["capacity_providers"])

    assert used == offered == ({"FARGATE"} if environment == "prod" else {"FARGATE", "FARGATE_SPOT"})


def test_everything_stands_in_three_zones(estate: Estate) -> None:
    zones: dict[str, set[str]] = {}
    for subnet in estate.of("aws_subnet"):
        zones.setdefault(subnet.name, set()).add(subnet["availability_zone"])

    assert {layer: len(found) for layer, found in zones.items()} == {"public": 3, "private": 3, "isolated": 3}
    assert all(len(each["network_configuration"][0]["subnets"]) == 3 for each in estate.of("aws_ecs_service"))
    assert len(estate.one("aws_lb")["subnets"]) == 3


def test_each_zone_has_its_own_way_out_where_it_matters(estate: Estate, environment: str) -> None:
    ways = {route["nat_gateway_id"] for route in estate.of("aws_route") if route.name == "nat"}

    assert len(estate.of("aws_nat_gateway")) == len(ways) == (3 if IS_FULL[environment] else 1)


def test_load_balancer_speaks_tls_1_3_and_nothing_below_1_2(estate: Estate) -> None:
    listeners = estate.of("aws_lb_listener")

    assert {(each["protocol"], each["ssl_policy"]) for each in listeners} == {("HTTPS", TLS13_AND_THE_BEST_OF_12)}


def test_load_balancer_of_production_refuses_to_be_deleted(estate: Estate, environment: str) -> None:
    assert estate.one("aws_lb")["enable_deletion_protection"] is (environment == "prod")


def test_cloudfront_answers_nobody_in_plain_text(estate: Estate) -> None:
    distribution = estate.one("aws_cloudfront_distribution")
    behaviours = [*distribution["default_cache_behavior"], *distribution["ordered_cache_behavior"]]

    assert {each["viewer_protocol_policy"] for each in behaviours} <= {"https-only", "redirect-to-https"}
    assert {o["custom_origin_config"][0]["origin_protocol_policy"] for o in distribution["origin"]} == {"https-only"}
    assert distribution["viewer_certificate"][0]["minimum_protocol_version"] == "TLSv1.2_2021"


def test_cache_is_a_cluster_encrypted_on_disk_and_on_the_wire_with_copies(estate: Estate) -> None:
    cache = estate.one("aws_elasticache_replication_group")

    assert (cache["engine"], cache["cluster_mode"]) == ("redis", "enabled")
    assert cache["transit_encryption_enabled"] is True
    assert cache["transit_encryption_mode"] == "required"
    assert str(cache["at_rest_encryption_enabled"]) == "true"
    assert cache["automatic_failover_enabled"] is cache["multi_az_enabled"] is True
    assert cache["replicas_per_node_group"] >= 1


@pytest.mark.parametrize(
    ("plan", "schedule", "days"), [("hourly", "cron(0 * * * ? *)", 30), ("daily", "cron(30 2 * * ? *)", 90)]
)
def test_backups_are_made_kept_and_copied_far_away(estate: Estate, plan: str, schedule: str, days: int) -> None:
    (rule,) = estate.one("aws_backup_plan", plan)["rule"]

    assert (rule["schedule"], rule["lifecycle"][0]["delete_after"]) == (schedule, days)
    (copy,) = rule["copy_action"]
    assert copy["lifecycle"][0]["delete_after"] == days
    assert ":eu-central-1:" in copy["destination_vault_arn"]


def test_vaults_are_locked_where_backups_are_real(estate: Estate, environment: str) -> None:
    locks = estate.of("aws_backup_vault_lock_configuration")

    assert len(locks) == (2 if environment == "prod" else 0)


@pytest.mark.parametrize("bucket", ["documents", "logs", "reports", "audit"])
def test_archives_are_kept_for_seven_years_and_copied_at_once(estate: Estate, bucket: str) -> None:
    kept = [each for each in estate.of("aws_s3_bucket_lifecycle_configuration", bucket) if each.name == "this"]
    copies = [each for each in estate.of("aws_s3_bucket_replication_configuration", bucket) if each.name == "this"]

    (rule,) = kept[0]["rule"]
    (copy,) = copies[0]["rule"]

    assert rule["expiration"][0]["days"] >= SEVEN_YEARS_DAYS
    assert copy["status"] == "Enabled"
    assert [each["status"] for each in copy["destination"][0]["replication_time"]] == ["Enabled"]


def test_old_versions_follow_a_month_later_in_every_bucket_and_copy(estate: Estate) -> None:
    rules = {
        each.address: [old["noncurrent_days"] for rule in each["rule"] for old in rule["noncurrent_version_expiration"]]
        for each in estate.of("aws_s3_bucket_lifecycle_configuration")
    }

    assert len(rules) == len(estate.of("aws_s3_bucket"))
    assert {address: days for address, days in rules.items() if days != [MONTH_DAYS]} == {}


def test_every_bucket_is_versioned_encrypted_and_closed(estate: Estate) -> None:
    buckets = {each["id"] for each in estate.of("aws_s3_bucket")}

    versioned = {
        each["bucket"]
        for each in estate.of("aws_s3_bucket_versioning")
        if each["versioning_configuration"][0]["status"] == "Enabled"
    }
    encrypted = {each["bucket"] for each in estate.of("aws_s3_bucket_server_side_encryption_configuration")}
    closed = {
        each["bucket"]
        for each in estate.of("aws_s3_bucket_public_access_block")
        if all(each[name] for name in ("block_public_acls", "block_public_policy", "restrict_public_buckets"))
    }

    assert versioned == encrypted == closed == buckets


def test_keys_rotate(estate: Estate) -> None:
    rotating = [each for each in estate.of("aws_kms_key") if each["key_usage"] != "GENERATE_VERIFY_MAC"]

    assert rotating
    assert all(each["enable_key_rotation"] for each in rotating)


def test_every_log_lies_under_a_key_and_has_an_end(estate: Estate) -> None:
    logs = estate.of("aws_cloudwatch_log_group")

    assert [each["name"] for each in logs if not each["kms_key_id"] or not each["retention_in_days"]] == []


def test_release_behind_the_load_balancer_is_a_canary_that_rolls_back(estate: Estate) -> None:
    groups = estate.of("aws_codedeploy_deployment_group")

    assert {key for each in groups for key in each.keys if key in SERVICES} == {
        "api",
        "gateway-integration",
        "parameter-resolution",
    }
    assert all("Canary" in each["deployment_config_name"] for each in groups)
    assert all(each["auto_rollback_configuration"][0]["enabled"] for each in groups)
    assert all("DEPLOYMENT_STOP_ON_ALARM" in each["auto_rollback_configuration"][0]["events"] for each in groups)


def test_other_releases_stop_by_themselves(estate: Estate) -> None:
    rolling = [each for each in estate.of("aws_ecs_service") if each["deployment_controller"][0]["type"] == "ECS"]

    assert {each.keys[0] for each in rolling} == {"request-manager", "reporting-engine"}
    assert all(each["deployment_circuit_breaker"][0]["rollback"] for each in rolling)


def test_images_are_scanned_when_they_arrive(estate: Estate) -> None:
    repositories = estate.of("aws_ecr_repository")

    assert len(repositories) == len(SERVICES)
    assert all(each["image_scanning_configuration"][0]["scan_on_push"] for each in repositories)


def test_people_show_a_second_factor_where_refunds_are_real(estate: Estate, environment: str) -> None:
    assert estate.one("aws_cognito_user_pool")["mfa_configuration"] == ("ON" if IS_FULL[environment] else "OPTIONAL")


def test_every_call_is_recorded_and_threats_are_looked_for(estate: Estate) -> None:
    trail = estate.one("aws_cloudtrail")

    assert trail["is_multi_region_trail"]
    assert trail["enable_log_file_validation"]
    assert trail["s3_bucket_name"] == estate.outputs["bucket_names"]["audit"]
    assert estate.one("aws_guardduty_detector")["enable"]
    assert estate.one("aws_config_configuration_recorder_status")["is_enabled"]


def test_what_is_traced_and_watched_notifies_somebody(estate: Estate) -> None:
    silent = [
        each["alarm_name"]
        for each in estate.of("aws_cloudwatch_metric_alarm")
        if not each["alarm_actions"] and not each["alarm_name"].endswith("-health")
    ]
    composed = estate.one("aws_cloudwatch_composite_alarm")["alarm_rule"]

    assert [name for name in silent if name not in composed] == []
