"""The simulator of IAM against what AWS documents of its decisions."""

import pytest
from tests.infrastructure.support.access.iam import PolicyNotUnderstoodError, Request, Role, from_data_source


def _role(*statements: dict[str, object], boundary: dict[str, object] | None = None) -> Role:
    bounds = {"Statement": [boundary]} if boundary else None
    return Role(policies=({"Statement": list(statements)},), boundary=bounds)


SEND = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:1:review"}
TO_REVIEW = Request(action="sqs:SendMessage", resource="arn:aws:sqs:eu-west-1:1:review")


def test_what_nobody_allows_is_denied() -> None:
    assert not _role().may(TO_REVIEW)


def test_what_a_statement_allows_is_allowed() -> None:
    assert _role(SEND).may(TO_REVIEW)


def test_another_resource_is_denied() -> None:
    assert not _role(SEND).may(Request(action="sqs:SendMessage", resource="arn:aws:sqs:eu-west-1:1:submit"))


def test_a_deny_wins_over_every_allow() -> None:
    assert not _role(SEND, {"Effect": "Deny", "Action": "sqs:*", "Resource": "*"}).may(TO_REVIEW)


def test_a_boundary_grants_nothing_by_itself() -> None:
    assert not _role(boundary={"Effect": "Allow", "Action": "*", "Resource": "*"}).may(TO_REVIEW)


def test_what_a_boundary_leaves_out_is_denied() -> None:
    assert not _role(SEND, boundary={"Effect": "Allow", "Action": "kms:*", "Resource": "*"}).may(TO_REVIEW)


def test_actions_are_compared_without_case_and_resources_with_it() -> None:
    role = _role({"Effect": "Allow", "Action": "SQS:send*", "Resource": "arn:aws:sqs:*:*:Review"})

    assert role.may(Request(action="sqs:SendMessage", resource="arn:aws:sqs:eu-west-1:1:Review"))
    assert not role.may(TO_REVIEW)


def test_not_action_and_not_resource_are_opposites() -> None:
    role = _role({"Effect": "Allow", "NotAction": "iam:*", "NotResource": "arn:aws:s3:::audit/*"})

    assert role.may(TO_REVIEW)
    assert not role.may(Request(action="iam:CreateUser", resource="*"))
    assert not role.may(Request(action="s3:PutObject", resource="arn:aws:s3:::audit/x"))


@pytest.mark.parametrize(
    ("condition", "context", "holds"),
    [
        ({"StringEquals": {"kms:ViaService": "sqs"}}, {"kms:viaservice": "sqs"}, True),
        ({"StringEquals": {"kms:ViaService": "sqs"}}, {}, False),
        ({"StringEqualsIfExists": {"kms:ViaService": "sqs"}}, {}, True),
        ({"StringNotEquals": {"aws:PrincipalAccount": "1"}}, {}, True),
        ({"Bool": {"aws:SecureTransport": "true"}}, {"aws:securetransport": "true"}, True),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:ecs:*:1:*"}}, {"aws:sourcearn": "arn:aws:ecs:eu-west-1:2:x"}, False),
        ({"Null": {"aws:TokenIssueTime": "true"}}, {}, True),
        ({"StringLike": {"a:b": ["x*", "y*"]}, "Bool": {"c:d": "true"}}, {"a:b": "yes", "c:d": "false"}, False),
    ],
)
def test_all_conditions_must_hold(condition: dict[str, object], context: dict[str, str], holds: bool) -> None:
    role = _role({**SEND, "Condition": condition})

    request = Request(action=TO_REVIEW.action, resource=TO_REVIEW.resource, context=context)

    assert role.may(request) is holds


@pytest.mark.parametrize(
    "statement",
    [
        {**SEND, "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}},
        {**SEND, "Resource": "arn:aws:s3:::home/${aws:username}"},
        {**SEND, "NotPrincipal": "*"},
    ],
)
def test_what_is_not_known_is_refused_loudly(statement: dict[str, object]) -> None:
    with pytest.raises(PolicyNotUnderstoodError):
        _role(statement).may(
            Request(action="sqs:SendMessage", resource=TO_REVIEW.resource, context={"aws:sourceip": "x"})
        )


def test_statements_of_a_data_source_make_the_same_document() -> None:
    values = {
        "statement": [
            {"sid": "A", "effect": None, "actions": ["sqs:SendMessage"], "not_actions": None, "resources": ["*"],
             "condition": [{"test": "Bool", "variable": "aws:SecureTransport", "values": ["true"]}]}
        ]
    }  # fmt: skip

    assert from_data_source(values)["Statement"] == [
        {"Sid": "A", "Effect": "Allow", "Action": ["sqs:SendMessage"], "Resource": ["*"],
         "Condition": {"Bool": {"aws:SecureTransport": ["true"]}}}
    ]  # fmt: skip
