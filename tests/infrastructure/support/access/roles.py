"""The roles of an environment with all that bears on them: policies inside, attached ones, and the boundary."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from tests.infrastructure.support.access.iam import Role, from_data_source, parsed
from tests.infrastructure.support.estate import Estate, Resource

MOCKED_STATEMENTS = '"Statement":[]'
BOUNDARY_MODULE = "module.stack.module.identity"


def task_role(estate: Estate, service: str) -> Role:
    """What the program of a service may do."""
    return _role(estate, "task", service)


def execution_role(estate: Estate, service: str) -> Role:
    """What ECS may do to start a service."""
    return _role(estate, "execution", service)


def archive_role(estate: Estate, name: str) -> Role:
    """What the log archive may do: `delivery` into the bucket, `subscription` into the stream."""
    return _role(estate, name)


def _role(estate: Estate, name: str, *keys: str) -> Role:
    role = next(each for each in estate.of("aws_iam_role", *keys) if each.name == name)
    policies = [each for each in estate.of("aws_iam_role_policy", *keys) if each["role"] == role["id"]]
    attached = [each for each in estate.of("aws_iam_role_policy_attachment") if each["role"] == role["name"]]
    assert policies, f"{role.address} has no policy"
    assert not attached, f"{role.address} has policies attached that are not looked at"
    assert role["permissions_boundary"], f"{role.address} has no boundary"
    return Role(policies=tuple(_document(estate, each) for each in policies), boundary=boundary(estate))


def other_role(estate: Estate, name: str, *keys: str) -> Role:
    """Any other role by its name in Terraform, without AWS's own policies on it, nor the account's ceiling."""
    (role,) = (each for each in estate.of("aws_iam_role", *keys) if each.name == name)
    policies = [each for each in estate.of("aws_iam_role_policy") if each["role"] == role["id"]]
    has_own = role["permissions_boundary"] and not role["permissions_boundary"].endswith("-ceiling")
    fence = boundary(estate) if has_own else None
    return Role(policies=tuple(_document(estate, each) for each in policies), boundary=fence)


def attached(estate: Estate, name: str) -> set[str]:
    """AWS's own policies on a role."""
    (role,) = (each for each in estate.of("aws_iam_role") if each.name == name)
    found = estate.of("aws_iam_role_policy_attachment")
    return {each["policy_arn"] for each in found if each["role"] == role["name"]}


def boundary(estate: Estate) -> Mapping[str, Any]:
    """The most that a role can be allowed."""
    policy = next(each for each in estate.of("aws_iam_policy") if each.name == "boundary")
    assert policy.module == BOUNDARY_MODULE
    return _document(estate, policy)


def below_the_ceiling(estate: Estate) -> Mapping[str, str]:
    """The roles that only the ceiling of the account's bootstrap bounds → the service of AWS that takes each."""
    roles = [each for each in estate.of("aws_iam_role") if each["permissions_boundary"].endswith("-ceiling")]
    return {each.address: _taker(each) for each in roles}


def unbounded(estate: Estate) -> list[str]:
    """The roles without a boundary, which the role that applies could not make."""
    return [each.address for each in estate.of("aws_iam_role") if not each["permissions_boundary"]]


def asked(estate: Estate) -> Iterator[tuple[str, str, str]]:
    """Role, action and resource of all that the policies of roles within the product's boundary grant."""
    ours = {each["arn"] for each in estate.of("aws_iam_policy") if each.name == "boundary"}
    bounded = {each["id"] for each in estate.of("aws_iam_role") if each["permissions_boundary"] in ours}
    for policy in estate.of("aws_iam_role_policy"):
        if policy["role"] not in bounded:
            continue
        for statement in _document(estate, policy)["Statement"]:
            if statement["Effect"] == "Allow":
                for action, resource in product(_listed(statement["Action"]), _listed(statement["Resource"])):
                    yield policy.address, action, resource


def _taker(role: Resource) -> str:
    (statement,) = parsed(role["assume_role_policy"])["Statement"]
    return str(statement["Principal"]["Service"])


def _listed(value: str | Sequence[str]) -> Sequence[str]:
    return [value] if isinstance(value, str) else value


def _document(estate: Estate, policy: Resource) -> Mapping[str, Any]:
    """The policy's own text, or what its data source would have made of it."""
    if MOCKED_STATEMENTS not in policy["policy"]:
        return parsed(policy["policy"])
    return source_named(estate, policy.module, policy.name)


def source_named(estate: Estate, module: str, name: str, *keys: str) -> Mapping[str, Any]:
    """The document that a data source of a module would have made."""
    sources = estate.of("aws_iam_policy_document", *keys, mode="data")
    return from_data_source(next(each.values for each in sources if (each.module, each.name) == (module, name)))
