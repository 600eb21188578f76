"""CloudFront: distributions and policies come back as they were given, and are deployed and gone at once."""

from typing import Any

from moto.cloudfront.models import random_id
from moto.cloudfront.responses import CloudFrontResponse
from moto.cloudfront.urls import url_paths
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from tests.infrastructure.emulator.extend import Record, adds, answers_paths, given, memory, replaces

DISTRIBUTIONS, TAGS = "cloudfront distributions", "cloudfront tags"
# Each kind of policy: its path, the name of its id's error, and the word that its fields begin with.
POLICIES = {
    "CachePolicy": "cache-policy",
    "OriginRequestPolicy": "origin-request-policy",
    "ResponseHeadersPolicy": "response-headers-policy",
}


class NoSuchDistribution(ServiceException):
    """No distribution of that id."""

    code = "NoSuchDistribution"


def _no_such(kind: str, name: str) -> ServiceException:
    error = type(f"NoSuch{kind}", (ServiceException,), {"code": f"NoSuch{kind}"})
    return error(f"The specified {kind} {name} does not exist.")


def _distribution(self: CloudFrontResponse, name: str) -> Record:
    if name not in memory(self, DISTRIBUTIONS):
        raise NoSuchDistribution("The specified distribution does not exist.")
    return memory(self, DISTRIBUTIONS)[name]


def _answer(record: Record) -> ActionResult:
    return ActionResult({"Distribution": record, "ETag": record["ETag"], "Location": f"/distribution/{record['Id']}"})


def _made(self: CloudFrontResponse, config: Record, tags: list[dict[str, str]]) -> ActionResult:
    name = random_id()
    arn = f"arn:aws:cloudfront::{self.current_account}:distribution/{name}"
    memory(self, DISTRIBUTIONS)[name] = {
        "Id": name,
        "ARN": arn,
        "ETag": random_id(),
        "Status": "Deployed",
        "LastModifiedTime": utcnow(),
        "InProgressInvalidationBatches": 0,
        "DomainName": f"{name.lower()}.cloudfront.net",
        "DistributionConfig": config,
    }
    memory(self, TAGS)[arn] = {tag["Key"]: tag.get("Value", "") for tag in tags}
    return _answer(memory(self, DISTRIBUTIONS)[name])


@replaces(CloudFrontResponse)
def create_distribution(original: Any, self: CloudFrontResponse) -> ActionResult:
    return _made(self, given(self)["DistributionConfig"], [])


@replaces(CloudFrontResponse)
def create_distribution_with_tags(original: Any, self: CloudFrontResponse) -> ActionResult:
    request = given(self)["DistributionConfigWithTags"]
    return _made(self, request["DistributionConfig"], request["Tags"].get("Items") or [])


@replaces(CloudFrontResponse)
def get_distribution(original: Any, self: CloudFrontResponse) -> ActionResult:
    return _answer(_distribution(self, given(self)["Id"]))


@replaces(CloudFrontResponse)
def get_distribution_config(original: Any, self: CloudFrontResponse) -> ActionResult:
    record = _distribution(self, given(self)["Id"])
    return ActionResult({"DistributionConfig": record["DistributionConfig"], "ETag": record["ETag"]})


@replaces(CloudFrontResponse)
def update_distribution(original: Any, self: CloudFrontResponse) -> ActionResult:
    request = given(self)
    record = _distribution(self, request["Id"])
    record.update({"DistributionConfig": request["DistributionConfig"], "ETag": random_id()})
    return _answer(record)


@replaces(CloudFrontResponse)
def delete_distribution(original: Any, self: CloudFrontResponse) -> EmptyResult:
    record = _distribution(self, given(self)["Id"])
    memory(self, DISTRIBUTIONS).pop(record["Id"])
    return EmptyResult()


@replaces(CloudFrontResponse)
def list_tags_for_resource(original: Any, self: CloudFrontResponse) -> ActionResult:
    tags = memory(self, TAGS).get(given(self)["Resource"])
    if tags is None:
        return original(self)
    return ActionResult({"Tags": {"Items": [{"Key": key, "Value": value} for key, value in tags.items()]}})


@replaces(CloudFrontResponse)
def tag_resource(original: Any, self: CloudFrontResponse) -> EmptyResult:
    request = given(self)
    tags = {tag["Key"]: tag.get("Value", "") for tag in request["Tags"].get("Items") or []}
    memory(self, TAGS).setdefault(request["Resource"], {}).update(tags)
    return EmptyResult()


def _add_policy_actions(kind: str, path: str) -> None:
    """Create, read, change, list and delete policies of one kind."""
    word = {
        "CachePolicy": "cache",
        "OriginRequestPolicy": "origin_request",
        "ResponseHeadersPolicy": "response_headers",
    }
    name, config = f"{word[kind]}_policy", f"{kind}Config"

    def found(self: CloudFrontResponse) -> Record:
        policy_id = given(self)["Id"]
        if policy_id not in memory(self, kind):
            raise _no_such(kind, policy_id)
        return memory(self, kind)[policy_id]

    def answer(record: Record) -> ActionResult:
        return ActionResult({kind: record, config: record[config], "ETag": record["ETag"], "Location": record["Id"]})

    def create(self: CloudFrontResponse) -> ActionResult:
        policy_id = random_id().lower()
        record = {"Id": policy_id, "ETag": random_id(), "LastModifiedTime": utcnow(), config: given(self)[config]}
        memory(self, kind)[policy_id] = record
        return answer(record)

    def get(self: CloudFrontResponse) -> ActionResult:
        return answer(found(self))

    def update(self: CloudFrontResponse) -> ActionResult:
        record = found(self)
        record.update({config: given(self)[config], "ETag": random_id()})
        return answer(record)

    def delete(self: CloudFrontResponse) -> EmptyResult:
        memory(self, kind).pop(found(self)["Id"])
        return EmptyResult()

    def list_all(self: CloudFrontResponse) -> ActionResult:
        items = [{"Type": "custom", kind: record} for record in memory(self, kind).values()]
        return ActionResult({f"{kind}List": {"MaxItems": 100, "Quantity": len(items), "Items": items}})

    actions = {
        f"create_{name}": create,
        f"get_{name}": get,
        f"get_{name}_config": get,
        f"update_{name}": update,
        f"delete_{name}": delete,
        f"list_{name.removesuffix('y')}ies": list_all,
    }
    for action, method in actions.items():
        method = (lambda wrapped: lambda self: wrapped(self))(method)
        method.__name__ = action
        adds(CloudFrontResponse)(method)
    answers_paths(
        url_paths, CloudFrontResponse, *(f"/2020-05-31/{path}{rest}" for rest in ("$", "/(?P<policy_id>[^/]+)$", "/(?P<policy_id>[^/]+)/config$"))
    )


for _kind, _path in POLICIES.items():
    _add_policy_actions(_kind, _path)
