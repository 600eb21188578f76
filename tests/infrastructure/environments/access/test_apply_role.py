"""What an apply of the whole environment asks of IAM passes the rails of the role that applies; simulated."""

from collections.abc import Iterator, Mapping

from tests.infrastructure.support.access.iam import Request, Role
from tests.infrastructure.support.access.roles import boundary
from tests.infrastructure.support.estate import Estate
from tests.infrastructure.support.templates import ACCOUNT, bootstrap

ADMINISTRATOR = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
MADE_BY_A_PERSON = "boundary"
ROLE_STEPS = ("CreateRole", "PutRolePermissionsBoundary", "PutRolePolicy", "AttachRolePolicy", "DetachRolePolicy")
"""Which IAM lets depend on the boundary."""
RAILS = (
    "cloudformation:UpdateStack",
    "cloudtrail:DeleteTrail",
    "cloudtrail:PutEventSelectors",
    "cloudtrail:UpdateTrail",
    "config:StopConfigurationRecorder",
    "dynamodb:DeleteTable",
    "guardduty:DeleteDetector",
    "iam:AttachRolePolicy",
    "iam:CreatePolicyVersion",
    "iam:CreateRole",
    "iam:DeleteRolePermissionsBoundary",
    "iam:UpdateAssumeRolePolicy",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
    "s3:DeleteObjectVersion",
    "s3:PutBucketPolicy",
    "s3:PutBucketVersioning",
    "sts:AssumeRole",
)
OTHER_STEPS = ("TagRole", "PassRole", "UpdateAssumeRolePolicy", "UpdateRole", "DeleteRole")


def _applier(environment: str) -> Role:
    return Role(policies=(ADMINISTRATOR,), boundary=bootstrap(environment)["Ceiling"]["PolicyDocument"])


def _boundaries(estate: Estate) -> Mapping[str, str]:
    """Mocked ARN → the one that AWS gives."""
    policies = f"arn:aws:iam::{ACCOUNT}:policy"
    return {
        each["arn"]: f"{policies}/{each['name']}" for each in estate.of("aws_iam_policy") if each.name == "boundary"
    }


def _of_roles(estate: Estate) -> Iterator[Request]:
    for role in estate.of("aws_iam_role"):
        arn, given = f"arn:aws:iam::{ACCOUNT}:role/{role['name']}", role["permissions_boundary"]
        boundary = _boundaries(estate).get(given, given)
        context = {"iam:permissionsboundary": boundary} if boundary else {}
        yield from (Request(action=f"iam:{step}", resource=arn, context=context) for step in ROLE_STEPS)
        yield from (Request(action=f"iam:{step}", resource=arn) for step in OTHER_STEPS)


def _of_policies(estate: Estate) -> Iterator[Request]:
    for policy in (each for each in estate.of("aws_iam_policy") if each.name != MADE_BY_A_PERSON):
        arn = f"arn:aws:iam::{ACCOUNT}:policy/{policy['name']}"
        yield from (Request(action=f"iam:{step}", resource=arn) for step in ("CreatePolicy", "CreatePolicyVersion"))


def _of_the_rest(estate: Estate) -> Iterator[Request]:
    trail = f"arn:aws:cloudtrail:eu-west-1:{ACCOUNT}:trail/{estate.one('aws_cloudtrail')['name']}"
    steps = ("CreateTrail", "StartLogging", "PutEventSelectors", "PutInsightSelectors", "AddTags")
    yield from (Request(action=f"cloudtrail:{step}", resource=trail) for step in steps)
    for bucket in estate.of("aws_s3_bucket"):
        arn, steps = f"arn:aws:s3:::{bucket['bucket']}", ("CreateBucket", "PutBucketVersioning", "PutBucketPolicy")
        yield from (Request(action=f"s3:{step}", resource=arn) for step in steps)
    for action in ("iam:CreateServiceLinkedRole", "config:PutConfigurationRecorder", "guardduty:UpdateDetector"):
        yield Request(action=action, resource="*")


def test_apply_passes_the_rails(estate: Estate, environment: str) -> None:
    applier = _applier(environment)
    asked = [*_of_roles(estate), *_of_policies(estate), *_of_the_rest(estate)]

    refused = [(each.action, each.resource) for each in asked if not applier.may(each)]

    assert len(asked) > 100
    assert refused == []


def test_boundary_of_the_product_is_made_and_changed_by_a_person(estate: Estate, environment: str) -> None:
    (boundary,) = _boundaries(estate).values()

    for step in ("CreatePolicy", "CreatePolicyVersion", "SetDefaultPolicyVersion", "DeletePolicy"):
        assert not _applier(environment).may(Request(action=f"iam:{step}", resource=boundary))


def test_role_made_within_the_products_boundary_takes_no_rail_away_either(estate: Estate) -> None:
    made = Role(policies=(ADMINISTRATOR,), boundary=boundary(estate))

    allowed = [action for action in RAILS if made.may(Request(action=action, resource="*"))]

    assert allowed == []


def test_state_is_written_by_who_applies(environment: str) -> None:
    made = bootstrap(environment)
    state = f"arn:aws:s3:::{made['StateBucket']['BucketName']}/environment.tfstate"

    assert _applier(environment).may(Request(action="s3:PutObject", resource=state))
