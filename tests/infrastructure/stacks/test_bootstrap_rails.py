"""The rails of the role that applies, asked by simulated requests: straight on, and by way of what it makes itself."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from tests.infrastructure.support.access.iam import Request, Role
from tests.infrastructure.support.templates import ACCOUNT, PSEUDO, REGION, bootstrap

DEV = bootstrap("dev")
STATE, STATE_KEY = f"arn:aws:s3:::brik-refunds-dev-state-{ACCOUNT}", f"arn:aws:kms:{REGION}:{ACCOUNT}:key/state"
BASELINE, HISTORY = (f"arn:aws:s3:::brik-refunds-{name}-{ACCOUNT}" for name in ("baseline", "history"))
ROLES, POLICIES = f"arn:aws:iam::{ACCOUNT}:role", f"arn:aws:iam::{ACCOUNT}:policy"
TRAILS = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail"
CEILING, BOUNDARY = f"{POLICIES}/brik-refunds-dev-ceiling", f"{POLICIES}/brik-refunds-dev-boundary"
ADMINISTRATOR: Mapping[str, Any] = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
MADE = f"{ROLES}/brik-refunds-dev-made-by-an-apply"
OF_A_PERSON = f"{ROLES}/OrganizationAccountAccessRole"
POLICY_CHARACTERS_MAX = 6144
BOUNDED_BY = "iam:permissionsboundary"


def _below(boundary: str) -> dict[str, str]:
    return {BOUNDED_BY: boundary}


def _applier() -> Role:
    """The role that applies, as the template makes it."""
    role = DEV["ApplyRole"]
    assert role["ManagedPolicyArns"] == ["arn:aws:iam::aws:policy/AdministratorAccess"]
    assert role["PermissionsBoundary"] == CEILING
    assert "Policies" not in role, "what is not in the ceiling does not bind what it makes"
    return Role(policies=(ADMINISTRATOR,), boundary=_ceiling())


def _ceiling() -> Mapping[str, Any]:
    policy = DEV["Ceiling"]
    assert policy["ManagedPolicyName"] == "brik-refunds-dev-ceiling"
    document: Mapping[str, Any] = policy["PolicyDocument"]
    return document


NEVER = [
    ("cloudtrail:StopLogging", f"{TRAILS}/brik-refunds-dev-trail"),
    ("cloudtrail:DeleteTrail", f"{TRAILS}/brik-refunds-dev-trail"),
    ("cloudtrail:UpdateTrail", f"{TRAILS}/brik-refunds-baseline"),
    ("cloudtrail:PutEventSelectors", f"{TRAILS}/brik-refunds-baseline"),
    ("cloudtrail:PutInsightSelectors", f"{TRAILS}/brik-refunds-baseline"),
    ("guardduty:DeleteDetector", f"arn:aws:guardduty:{REGION}:{ACCOUNT}:detector/1"),
    ("config:StopConfigurationRecorder", "*"),
    ("config:DeleteConfigurationRecorder", "*"),
    ("config:DeleteDeliveryChannel", "*"),
    ("securityhub:DisableSecurityHub", f"arn:aws:securityhub:{REGION}:{ACCOUNT}:hub/default"),
    ("organizations:LeaveOrganization", "*"),
    ("kms:ScheduleKeyDeletion", STATE_KEY),
    ("kms:DisableKey", STATE_KEY),
    ("kms:PutKeyPolicy", STATE_KEY),
    ("s3:BypassGovernanceRetention", f"arn:aws:s3:::brik-refunds-dev-documents-{ACCOUNT}/1"),
    ("s3:DeleteObjectVersion", f"arn:aws:s3:::brik-refunds-dev-audit-{ACCOUNT}/cloudtrail/1"),
    *[
        (f"s3:{action}", bucket)
        for bucket in (STATE, BASELINE, HISTORY)
        for action in (
            "DeleteBucket",
            "DeleteBucketPolicy",
            "PutBucketAcl",
            "PutBucketObjectLockConfiguration",
            "PutBucketOwnershipControls",
            "PutBucketPolicy",
            "PutBucketPublicAccessBlock",
            "PutBucketVersioning",
            "PutEncryptionConfiguration",
            "PutLifecycleConfiguration",
            "PutReplicationConfiguration",
        )
    ],
    ("s3:DeleteObjectVersion", f"{STATE}/environment.tfstate"),
    ("s3:DeleteObjectVersion", f"{BASELINE}/AWSLogs/1"),
    ("s3:DeleteObject", f"{HISTORY}/AWSLogs/1"),
    ("s3:PutObject", f"{BASELINE}/AWSLogs/1"),
    ("dynamodb:DeleteTable", f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/brik-refunds-dev-state-lock"),
    ("cloudformation:UpdateStack", PSEUDO["AWS::StackId"]),
    ("cloudformation:DeleteStack", f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/StackSet-baseline/1"),
    ("cloudformation:CreateStack", f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/another/1"),
    *[(f"iam:{action}", f"{ROLES}/brik-refunds-dev-apply") for action in ("DeleteRole", "UpdateAssumeRolePolicy")],
    *[(f"iam:{action}", f"{ROLES}/brik-refunds-dev-plan") for action in ("PutRolePolicy", "AttachRolePolicy")],
    ("iam:PassRole", f"{ROLES}/brik-refunds-dev-apply"),
    *[
        (f"iam:{action}", policy)
        for policy in (CEILING, BOUNDARY, f"{POLICIES}/brik-refunds-dev-state", f"{POLICIES}/of-the-people")
        for action in ("CreatePolicyVersion", "DeletePolicy", "DeletePolicyVersion", "SetDefaultPolicyVersion")
    ],
    ("iam:CreatePolicy", BOUNDARY),
    *[
        (f"iam:{action}", f"arn:aws:iam::{ACCOUNT}:user/x")
        for action in ("CreateUser", "CreateAccessKey", "CreateLoginProfile", "AttachUserPolicy", "PutUserPolicy")
    ],
    ("iam:DeleteOpenIDConnectProvider", f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"),
    ("iam:CreateSAMLProvider", f"arn:aws:iam::{ACCOUNT}:saml-provider/x"),
]


@pytest.mark.parametrize(("action", "thing"), NEVER)
def test_who_applies_takes_no_rail_away(action: str, thing: str) -> None:
    assert not _applier().may(Request(action=action, resource=thing))


@pytest.mark.parametrize(
    "boundary", [None, f"{POLICIES}/brik-refunds-dev-wide", "arn:aws:iam::aws:policy/AdministratorAccess"]
)
@pytest.mark.parametrize(
    "action",
    ["CreateRole", "PutRolePolicy", "AttachRolePolicy", "PutRolePermissionsBoundary", "DeleteRolePermissionsBoundary"],
)
def test_no_role_without_the_ceiling_or_the_boundary_is_made_or_given_rights(action: str, boundary: str | None) -> None:
    context = {} if boundary is None else _below(boundary)

    assert not _applier().may(Request(action=f"iam:{action}", resource=MADE, context=context))


@pytest.mark.parametrize("boundary", [CEILING, BOUNDARY])
def test_boundary_of_a_role_is_never_taken_off(boundary: str) -> None:
    request = Request(action="iam:DeleteRolePermissionsBoundary", resource=MADE, context=_below(boundary))

    assert not _applier().may(request)


def test_role_made_to_delete_the_trail_cannot_delete_it_either() -> None:
    """Make an administrator, take it, delete the trail: each of the three steps is refused."""
    applier = _applier()
    delete_trail = Request(action="cloudtrail:DeleteTrail", resource=f"{TRAILS}/brik-refunds-dev-trail")

    unbounded = Request(action="iam:CreateRole", resource=MADE)
    attach = Request(action="iam:AttachRolePolicy", resource=MADE, context=_below(CEILING))
    made_below_the_ceiling = Role(policies=(ADMINISTRATOR,), boundary=_ceiling())

    assert Role(policies=(ADMINISTRATOR,)).may(delete_trail), "the attack works where the first step does"
    assert not applier.may(unbounded)
    assert applier.may(Request(action="iam:CreateRole", resource=MADE, context=_below(CEILING)))
    assert applier.may(attach)
    assert not applier.may(Request(action="sts:AssumeRole", resource=MADE))
    assert [each for each in NEVER if made_below_the_ceiling.may(Request(action=each[0], resource=each[1]))] == []
    assert not made_below_the_ceiling.may(delete_trail)


@pytest.mark.parametrize("action", ["PassRole", "UpdateAssumeRolePolicy", "PutRolePolicy", "DeleteRole"])
def test_roles_that_were_there_before_are_neither_taken_nor_changed(action: str) -> None:
    context = _below(CEILING)

    assert not _applier().may(Request(action=f"iam:{action}", resource=OF_A_PERSON, context=context))
    assert not _applier().may(Request(action="sts:AssumeRole", resource=OF_A_PERSON))


@pytest.mark.parametrize("action", ["ScheduleKeyDeletion", "DisableKey", "PutKeyPolicy", "UntagResource"])
def test_keys_of_these_templates_are_known_by_their_tag(action: str) -> None:
    """The baseline's key has an id that nobody knows beforehand."""
    key = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/some"
    by_a_template, by_terraform = ({"aws:resourcetag/managedby": who} for who in ("cloudformation", "terraform"))

    assert not _applier().may(Request(action=f"kms:{action}", resource=key, context=by_a_template))
    assert _applier().may(Request(action=f"kms:{action}", resource=key, context=by_terraform))


def test_ceiling_is_no_longer_than_aws_lets_a_policy_be() -> None:
    assert len("".join(json.dumps(_ceiling()).split())) < POLICY_CHARACTERS_MAX


PUT = {
    "what Terraform sends": ({"": "aws:kms", "-aws-kms-key-id": "alias/brik-refunds-dev-state"}, True),
    "what it sends, as S3 may see it": ({"": "aws:kms", "-aws-kms-key-id": STATE_KEY}, True),
    "another alias": ({"": "aws:kms", "-aws-kms-key-id": "alias/brik-refunds-prod-state"}, False),
    "KMS by no key, which is AWS's own": ({"": "aws:kms"}, False),
    "AES256": ({"": "AES256"}, False),
    "AES256, naming the key": ({"": "AES256", "-aws-kms-key-id": STATE_KEY}, False),
    "another key": ({"": "aws:kms", "-aws-kms-key-id": f"{STATE_KEY}-other"}, False),
    "a key of the sender's": ({"-customer-algorithm": "AES256"}, False),
    "a key of the sender's beside ours": (
        {"": "aws:kms", "-aws-kms-key-id": STATE_KEY, "-customer-algorithm": "AES256"},
        False,
    ),
    "nothing, which is the bucket's key": ({}, True),
}


@pytest.mark.parametrize(("headers", "passes"), PUT.values(), ids=PUT)
def test_state_is_written_under_its_own_key_alone(headers: dict[str, str], passes: bool) -> None:
    writer = Role(policies=(ADMINISTRATOR, DEV["StateBucketPolicy"]["PolicyDocument"]))
    context = {f"s3:x-amz-server-side-encryption{name}": value for name, value in headers.items()}
    modern = {"aws:securetransport": "true", "s3:tlsversion": "1.3"}

    request = Request(action="s3:PutObject", resource=f"{STATE}/environment.tfstate", context=context | modern)

    assert writer.may(request) is passes
