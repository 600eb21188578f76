"""What the policies on things themselves let a service of AWS, or the account, do with them.

Of buckets, keys, topics, queues, log groups, functions, and of roles (who may take them). A service of AWS has no other
rights than these; to a role of the account a bucket's policy is a fence, and a key's must agree.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.infrastructure.support.access.iam import Request, Role, parsed
from tests.infrastructure.support.access.roles import MOCKED_STATEMENTS, source_named
from tests.infrastructure.support.estate import Estate, Resource

Policy = Mapping[str, Any]

MADE_BY: Mapping[tuple[str, str], str] = {
    ("aws_kms_key", "global"): "global_key",
    ("aws_kms_key", "topics"): "topics_key",
    ("aws_sns_topic_policy", "global_alarms"): "global_alarms",
    ("aws_sns_topic_policy", "alarms"): "publishers",
    ("aws_iam_role", "canary"): "canary_trust",
    ("aws_iam_role", "pipeline"): "pipeline_trust",
}
"""Resource → the data source that makes its policy; a mocked provider makes none."""


def lets(policy: Policy, who: str, request: Request) -> bool:
    """Whether the policy allows it to a service of AWS (its name) or an account (its root's ARN)."""
    return Role(policies=(_about(policy, who),)).may(request)


def refuses(policy: Policy, who: str, request: Request) -> bool:
    """Whether the policy denies it, whatever else allows it."""
    everything = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    return not Role(policies=(everything, _about(policy, who))).may(request)


def services_let_in(policy: Policy) -> set[str]:
    """The services of AWS that the policy allows anything at all."""
    allowing = [each for each in policy["Statement"] if each["Effect"] == "Allow"]
    return {name for each in allowing for name in _named(each["Principal"], "Service")}


def policies_on_things(estate: Estate) -> Mapping[str, Policy]:
    """Thing → its policy, for every thing of the environment that has one."""
    return dict(_policies(estate))


def _policies(estate: Estate) -> Iterator[tuple[str, Policy]]:
    for each in estate.of("aws_s3_bucket_policy"):
        yield bucket_thing(each), parsed(each["policy"])
    for key in (*estate.of("aws_kms_key"), *estate.of("aws_kms_replica_key")):
        yield key_thing(key), _text(estate, key, "policy")
    for topic in estate.of("aws_sns_topic_policy"):
        yield f"topic {last_word(topic)}", _text(estate, topic, "policy")
    for queue in estate.of("aws_sqs_queue_policy"):
        yield f"queue {last_word(queue)}", parsed(queue["policy"])
    for logs in estate.of("aws_cloudwatch_log_resource_policy"):
        yield f"log {logs.name}", parsed(logs["policy_document"])
    for permission in estate.of("aws_lambda_permission"):
        yield f"function {permission.name}", _of_permission(permission)
    for role in estate.of("aws_iam_role"):
        yield role_thing(role), _text(estate, role, "assume_role_policy")


def bucket_thing(resource: Resource) -> str:
    """`bucket audit`, or `copy of bucket audit` in the second region; of the bucket or of what belongs to it."""
    place = "copy of " if "replica" in resource.name else ""
    own = "access-logs" if resource.name.startswith("access_logs") else last_word(resource)
    return f"{place}bucket {own}"


def key_thing(resource: Resource) -> str:
    """`key logs`, or `copy of key logs`."""
    return f"{'copy of ' if resource.type == 'aws_kms_replica_key' else ''}key {last_word(resource)}"


def role_thing(resource: Resource) -> str:
    """`role trail`, or `role deployment of api`."""
    names = [each for each in resource.keys if not each.isdigit()]
    return " of ".join([f"role {resource.name}", *names])


def last_word(resource: Resource) -> str:
    """Its for_each key, or its name where it has none."""
    return resource.keys[-1] if resource.keys else resource.name


def _text(estate: Estate, resource: Resource, attribute: str) -> Policy:
    if MOCKED_STATEMENTS not in resource[attribute]:
        return parsed(resource[attribute])
    return source_named(estate, resource.module, MADE_BY[resource.type, resource.name], *resource.keys)


def _of_permission(permission: Resource) -> Policy:
    """As Lambda writes it into the function's policy."""
    conditions = {"aws:SourceAccount": permission["source_account"], "aws:SourceArn": permission["source_arn"]}
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": permission["principal"]},
        "Action": permission["action"],
        "Resource": "*",
        "Condition": {"ArnLike": conditions},
    }
    return {"Statement": [statement]}


def _about(policy: Policy, who: str) -> Policy:
    return {"Statement": [each for each in policy["Statement"] if _is_about(each["Principal"], who)]}


def _is_about(principal: str | Mapping[str, Any], who: str) -> bool:
    everybody = principal == "*" or "*" in _named(principal, "AWS")
    return everybody or who in _named(principal, "Service") or who in _named(principal, "AWS")


def _named(principal: str | Mapping[str, Any], kind: str) -> list[str]:
    found = [] if isinstance(principal, str) else principal.get(kind, [])
    return [found] if isinstance(found, str) else list(found)
