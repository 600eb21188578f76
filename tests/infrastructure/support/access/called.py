"""What somebody asked of AWS, as the requests that IAM decides on: read from the emulator's list of calls.

Also what AWS asks in the caller's name: the use of the key under which a thing lies. A call that this file cannot read
is refused loudly, never left out.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlparse

from tests.infrastructure.support.access.iam import Request
from tests.infrastructure.support.estate import Estate


class CallNotUnderstoodError(AssertionError):
    """A call whose action in IAM's words is not known here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """One action on one thing. `through` is the AWS service that asks in the caller's name, empty for the caller."""

    action: str
    resource: str
    prefix: str = ""
    through: str = ""

    @property
    def service(self) -> str:
        """Of AWS, by IAM's name."""
        return self.action.split(":")[0]

    def request(self, account: str, region: str) -> Request:
        """As IAM sees it."""
        context = {"aws:principalaccount": account, "aws:resourceaccount": account}
        context |= {"s3:prefix": self.prefix} if self.prefix else {}
        context |= {"kms:viaservice": f"{self.through}.{region}.amazonaws.com"} if self.through else {}
        return Request(action=self.action, resource=self.resource, context=context)


def calls_by(key_id: str, calls: Path, estate: Estate) -> set[Called]:
    """All that the holder of an access key asked for so far, and all that AWS asked for it."""
    lines = (json.loads(line) for line in calls.read_text(encoding="utf-8").splitlines())
    named = {called for line in lines if line["key"] == key_id for called in _in_words_of_iam(line, estate)}
    return named | {use for called in named for use in _uses_of_keys(called, estate)}


Things = Callable[[Mapping[str, Any], Estate], Iterable[str]]


def _queue(body: Mapping[str, Any], estate: Estate) -> Iterable[str]:
    name = urlparse(body["QueueUrl"]).path.rsplit("/", 1)[-1]
    return [each["arn"] for each in estate.of("aws_sqs_queue") if each["name"] == name]


def _buses(body: Mapping[str, Any], estate: Estate) -> Iterable[str]:
    names = {entry.get("EventBusName", "default") for entry in body["Entries"]}
    return [each["arn"] for each in estate.of("aws_cloudwatch_event_bus") if each["name"] in names]


TARGETS: Mapping[str, tuple[str, Things]] = {
    "AmazonSQS.SendMessage": ("sqs:SendMessage", _queue),
    "AmazonSQS.SendMessageBatch": ("sqs:SendMessage", _queue),
    "AmazonSQS.ReceiveMessage": ("sqs:ReceiveMessage", _queue),
    "AmazonSQS.DeleteMessage": ("sqs:DeleteMessage", _queue),
    "AmazonSQS.DeleteMessageBatch": ("sqs:DeleteMessage", _queue),
    "AmazonSQS.ChangeMessageVisibility": ("sqs:ChangeMessageVisibility", _queue),
    "AmazonSQS.ChangeMessageVisibilityBatch": ("sqs:ChangeMessageVisibility", _queue),
    "AWSEvents.PutEvents": ("events:PutEvents", _buses),
    "TrentService.GenerateMac": ("kms:GenerateMac", lambda body, _: [body["KeyId"]]),
    "TrentService.VerifyMac": ("kms:VerifyMac", lambda body, _: [body["KeyId"]]),
    "secretsmanager.GetSecretValue": ("secretsmanager:GetSecretValue", lambda body, _: [body["SecretId"]]),
}
"""Where AWS's API names an action → IAM's name of it (a batch has the name of one), and the things that it is about."""

_OBJECT = re.compile(r"/(?P<bucket>[^/]+)/(?P<key>.+)")
_BUCKET = re.compile(r"/(?P<bucket>[^/]+)/?")


def _in_words_of_iam(line: Mapping[str, str], estate: Estate) -> Iterator[Called]:
    if line["target"] in TARGETS:
        action, things = TARGETS[line["target"]]
        found = list(things(json.loads(line["body"]), estate))
        if not found:
            raise CallNotUnderstoodError(f"{line['target']} on nothing of the environment: {line['body']}")
        yield from (Called(action=action, resource=arn) for arn in found)
    elif line["service"] == "s3":
        yield _on_s3(line)
    else:
        raise CallNotUnderstoodError(f"{line['service']} {line['method']} {line['path']} {line['target']}")


def _on_s3(line: Mapping[str, str]) -> Called:
    """Of an object with its version, of an object, of a bucket's versions."""
    query = parse_qs(line["query"], keep_blank_values=True)
    it, whole = _OBJECT.fullmatch(line["path"]), _BUCKET.fullmatch(line["path"])
    match line["method"]:
        case "PUT" if it:
            return Called(action="s3:PutObject", resource=f"arn:aws:s3:::{it['bucket']}/{it['key']}")
        case "GET" if it:
            action = "s3:GetObjectVersion" if "versionId" in query else "s3:GetObject"
            return Called(action=action, resource=f"arn:aws:s3:::{it['bucket']}/{it['key']}")
        case "GET" if whole and "versions" in query:
            prefix = query.get("prefix", [""])[0]
            return Called(action="s3:ListBucketVersions", resource=f"arn:aws:s3:::{whole['bucket']}", prefix=prefix)
    raise CallNotUnderstoodError(f"s3 {line['method']} {line['path']}?{line['query']}")


USES_OF_KEYS: Mapping[str, tuple[str, ...]] = {
    "sqs:SendMessage": ("kms:GenerateDataKey", "kms:Decrypt"),
    "sqs:ReceiveMessage": ("kms:Decrypt",),
    "s3:PutObject": ("kms:GenerateDataKey",),
    "s3:GetObject": ("kms:Decrypt",),
    "s3:GetObjectVersion": ("kms:Decrypt",),
    "secretsmanager:GetSecretValue": ("kms:Decrypt",),
}
"""Action → what its service does with the thing's key in the caller's name, by the documentation of SQS, S3 and KMS.

The bus uses its key by itself (its key policy lets it), so that whoever puts events needs no right to it.
"""


def _uses_of_keys(called: Called, estate: Estate) -> Iterator[Called]:
    for action in USES_OF_KEYS.get(called.action, ()):
        yield Called(action=action, resource=_key_of(called, estate), through=called.service)


def _key_of(called: Called, estate: Estate) -> str:
    """ARN of the key under which a queue, an object or a secret lies."""
    match called.service:
        case "sqs":
            found = [q["kms_master_key_id"] for q in estate.of("aws_sqs_queue") if q["arn"] == called.resource]
        case "s3":
            bucket = called.resource.removeprefix("arn:aws:s3:::").split("/")[0]
            rules = estate.of("aws_s3_bucket_server_side_encryption_configuration")
            defaults = [
                each["rule"][0]["apply_server_side_encryption_by_default"][0]
                for each in rules
                if each["bucket"] == bucket
            ]
            found = [each["kms_master_key_id"] for each in defaults]
        case _:
            found = [s["kms_key_id"] for s in estate.of("aws_secretsmanager_secret") if s["arn"] == called.resource]
    if len(found) != 1:
        raise CallNotUnderstoodError(f"{called.resource} has {len(found)} keys")
    return str(found[0])
