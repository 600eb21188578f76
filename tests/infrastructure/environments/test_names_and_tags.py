"""Everything says whose it is: names begin with the environment's, and what can carry tags carries the agreed ones."""

from collections.abc import Iterator

from tests.infrastructure.support.estate import Estate, Resource

AGREED = {"Project", "Environment", "Owner", "ManagedBy", "Name"}
NAMES_MAX = {"aws_lb": 32, "aws_lb_target_group": 32, "aws_elasticache_replication_group": 40, "aws_iam_role": 64}

# Named by AWS, by a protocol, or inside of something that has our name.
NAMED_OTHERWISE = {
    "aws_acm_certificate",
    "aws_cloudwatch_log_resource_policy",
    "aws_cognito_resource_server",
    "aws_cognito_user_group",
    "aws_cognito_user_pool_client",
    "aws_default_security_group",
    "aws_elasticache_parameter_group",
    "aws_guardduty_detector_feature",
    "aws_iam_role_policy",
    "aws_route53_record",
    "aws_schemas_schema",
    "aws_service_discovery_service",
}


def _beginnings(environment: str) -> tuple[str, ...]:
    """Of paths and aliases, too; AWS asks that logs of firewalls, events and insights begin in its way."""
    name = f"brik-refunds-{environment}"
    insights = f"/aws/ecs/containerinsights/{name}/"
    theirs = (f"aws-waf-logs-{name}", f"/aws/events/{name}", insights)
    return (name, f"brik-{environment}", f"/{name}", f"alias/{name}", *theirs)


def _taggable(estate: Estate) -> Iterator[Resource]:
    for each in estate.resources:
        if each.mode == "managed" and "tags_all" in each.values:
            yield each


def test_everything_that_can_carry_tags_carries_the_agreed_ones(estate: Estate, environment: str) -> None:
    bare = {
        each.address: sorted(AGREED - set(each["tags"] or ()))
        for each in _taggable(estate)
        if not set(each["tags"] or ()) >= AGREED
    }

    assert bare == {}
    assert {each["tags"]["Environment"] for each in _taggable(estate)} == {environment}


def test_every_tagged_name_begins_with_the_environments(estate: Estate, environment: str) -> None:
    names = [each["tags"]["Name"] for each in _taggable(estate) if each.type not in NAMED_OTHERWISE]

    assert [name for name in names if not name.startswith(_beginnings(environment))] == []


def test_every_own_name_begins_with_the_environments(estate: Estate, environment: str) -> None:
    managed = [each for each in estate.resources if each.mode == "managed" and each.type not in NAMED_OTHERWISE]
    # Of name and name_prefix AWS makes the one that is not given.
    given = {each.address: {each.values.get("name"), each.values.get("name_prefix")} - {None} for each in managed}

    strange = {
        address: names
        for address, names in given.items()
        if names and not any(name.startswith(_beginnings(environment)) for name in names)
    }

    assert strange == {}


def test_names_fit_into_what_aws_takes(estate: Estate) -> None:
    long = {
        each.address: each["name"]
        for each in estate.resources
        if each.type in NAMES_MAX and len(str(each.values.get("name") or "")) > NAMES_MAX[each.type]
    }

    assert long == {}
