"""The list of calls that the emulator keeps, and how it is read in IAM's words."""

import json
from pathlib import Path

import pytest
from tests.infrastructure.support.access.called import Called, CallNotUnderstoodError, calls_by
from tests.infrastructure.support.emulator import Emulator
from tests.infrastructure.support.estate import Estate, Resource

KEY = "arn:aws:kms:eu-west-1:123456789012:key/one"
QUEUE = "arn:aws:sqs:eu-west-1:123456789012:one"
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:one"


def resource(type_: str, **values: object) -> Resource:
    """One of the environment."""
    return Resource(address=f"{type_}.it", mode="managed", type=type_, name="it", values=values)


ESTATE = Estate(
    resources=(
        resource("aws_sqs_queue", name="one", arn=QUEUE, kms_master_key_id=KEY),
        resource("aws_secretsmanager_secret", arn=SECRET, kms_key_id=KEY),
        resource(
            "aws_s3_bucket_server_side_encryption_configuration",
            bucket="one",
            rule=[{"apply_server_side_encryption_by_default": [{"kms_master_key_id": KEY}]}],
        ),
    ),
    outputs={},
)


def kept(folder: Path, **facts: str) -> Path:
    """A list of one call by `me`."""
    blank = dict.fromkeys(("region", "service", "target", "method", "path", "query", "body"), "")
    (folder / "calls.jsonl").write_text(json.dumps({**blank, "key": "me", **facts}) + "\n", encoding="utf-8")
    return folder / "calls.jsonl"


def test_calls_are_kept_with_whose_key_signed_them(emulator: Emulator, tmp_path: Path) -> None:
    emulator.client("secretsmanager").create_secret(Name="told", SecretString="x")

    line = json.loads(emulator.calls.read_text(encoding="utf-8").splitlines()[-1])

    assert (line["key"], line["service"], line["target"]) == (
        "emulator",
        "secretsmanager",
        "secretsmanager.CreateSecret",
    )
    assert json.loads(line["body"])["Name"] == "told"


def test_batch_on_a_queue_is_a_right_to_send_and_to_use_its_key(tmp_path: Path) -> None:
    body = json.dumps({"QueueUrl": "http://127.0.0.1:1/123456789012/one", "Entries": []})

    found = calls_by("me", kept(tmp_path, target="AmazonSQS.SendMessageBatch", body=body), ESTATE)

    assert found == {
        Called(action="sqs:SendMessage", resource=QUEUE),
        Called(action="kms:GenerateDataKey", resource=KEY, through="sqs"),
        Called(action="kms:Decrypt", resource=KEY, through="sqs"),
    }


@pytest.mark.parametrize(
    ("path", "query", "action", "resource_", "prefix", "uses"),
    [
        ("/one/a/b", "versionId=1", "s3:GetObjectVersion", "arn:aws:s3:::one/a/b", "", {"kms:Decrypt"}),
        ("/one/a/b", "", "s3:GetObject", "arn:aws:s3:::one/a/b", "", {"kms:Decrypt"}),
        ("/one", "versions&prefix=a%2F", "s3:ListBucketVersions", "arn:aws:s3:::one", "a/", set()),
    ],
)
def test_version_of_an_object_is_another_right_than_the_object(
    tmp_path: Path, path: str, query: str, action: str, resource_: str, prefix: str, uses: set[str]
) -> None:
    found = calls_by("me", kept(tmp_path, service="s3", method="GET", path=path, query=query), ESTATE)

    assert Called(action=action, resource=resource_, prefix=prefix) in found
    assert {each.action for each in found if each.through} == uses


def test_calls_of_others_are_not_ones_own(tmp_path: Path) -> None:
    body = json.dumps({"SecretId": SECRET})

    assert calls_by("you", kept(tmp_path, target="secretsmanager.GetSecretValue", body=body), ESTATE) == set()


@pytest.mark.parametrize(
    "facts",
    [
        {"service": "sqs", "target": "AmazonSQS.PurgeQueue", "body": "{}"},
        {"service": "sqs", "target": "AmazonSQS.ReceiveMessage", "body": '{"QueueUrl": "http://127.0.0.1:1/1/other"}'},
        {"service": "s3", "method": "DELETE", "path": "/one/a"},
    ],
)
def test_call_that_is_not_known_is_refused_loudly(tmp_path: Path, facts: dict[str, str]) -> None:
    with pytest.raises(CallNotUnderstoodError):
        calls_by("me", kept(tmp_path, **facts), ESTATE)
