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
    "aws_elasticache_parameter_group",
    "aws_iam_role_policy",
    "aws_route53_record",
    "aws_schemas_schema",
    "aws_service_discovery_service",
}


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
    strange = [each["tags"]["Name"] for each in _taggable(estate)]

    assert [
        name for name in strange if not name.startswith((f"brik-refunds-{environment}", f"brik-{environment}"))
    ] == []


def test_every_own_name_begins_with_the_environments(estate: Estate, environment: str) -> None:
    allowed = (f"brik-refunds-{environment}", f"brik-{environment}", f"/brik-refunds-{environment}")
    allowed += (f"aws-waf-logs-brik-refunds-{environment}", "/aws/", f"alias/brik-refunds-{environment}")
    managed = [each for each in estate.resources if each.mode == "managed" and each.type not in NAMED_OTHERWISE]
    given = {each.address: each.values.get("name_prefix") or each.values.get("name") for each in managed}

    strange = {address: name for address, name in given.items() if name and not name.startswith(allowed)}

    assert strange == {}


def test_names_fit_into_what_aws_takes(estate: Estate) -> None:
    long = {
        each.address: each["name"]
        for each in estate.resources
        if each.type in NAMES_MAX and len(str(each.values.get("name") or "")) > NAMES_MAX[each.type]
    }

    assert long == {}
