"""CloudFront: distributions and policies come back as they were given, and are deployed and gone at once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from moto.cloudfront.models import random_id
from moto.cloudfront.responses import CloudFrontResponse
from moto.cloudfront.urls import url_paths
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from tests.infrastructure.emulator.extend import Record, adds, answers_paths, given, memory, replaces

DISTRIBUTIONS, TAGS = "cloudfront distributions", "cloudfront tags"
# Each kind of policy and its path.
POLICIES = {
    "CachePolicy": "cache-policy",
    "OriginRequestPolicy": "origin-request-policy",
    "ResponseHeadersPolicy": "response-headers-policy",
}


# What AWS answers for what was not given; the provider relies on some of it.
DEFAULTS: Record = {
    "Aliases": {"Quantity": 0},
    "CacheBehaviors": {"Quantity": 0},
    "CustomErrorResponses": {"Quantity": 0},
    "DefaultRootObject": "",
    "HttpVersion": "http2",
    "IsIPV6Enabled": False,
    "Logging": {"Enabled": False, "IncludeCookies": False, "Bucket": "", "Prefix": ""},
    "OriginGroups": {"Quantity": 0},
    "PriceClass": "PriceClass_All",
    "Restrictions": {"GeoRestriction": {"RestrictionType": "none", "Quantity": 0}},
    "ViewerCertificate": {"CloudFrontDefaultCertificate": True, "MinimumProtocolVersion": "TLSv1"},
    "WebACLId": "",
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
        "DistributionConfig": DEFAULTS | config,
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
    record.update({"DistributionConfig": DEFAULTS | request["DistributionConfig"], "ETag": random_id()})
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


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyActions:
    """Create, read, change, list and delete policies of one kind."""

    kind: str

    @property
    def config(self) -> str:
        return f"{self.kind}Config"

    def _found(self, response: CloudFrontResponse) -> Record:
        policy_id = given(response)["Id"]
        if policy_id not in memory(response, self.kind):
            raise _no_such(self.kind, policy_id)
        return memory(response, self.kind)[policy_id]

    def _answer(self, record: Record) -> ActionResult:
        parts = {self.kind: record, self.config: record[self.config]}
        return ActionResult(parts | {"ETag": record["ETag"], "Location": record["Id"]})

    def create(self, response: CloudFrontResponse) -> ActionResult:
        policy_id = random_id().lower()
        record = {"Id": policy_id, "ETag": random_id(), "LastModifiedTime": utcnow()}
        memory(response, self.kind)[policy_id] = record | {self.config: given(response)[self.config]}
        return self._answer(memory(response, self.kind)[policy_id])

    def get(self, response: CloudFrontResponse) -> ActionResult:
        return self._answer(self._found(response))

    def update(self, response: CloudFrontResponse) -> ActionResult:
        record = self._found(response)
        record.update({self.config: given(response)[self.config], "ETag": random_id()})
        return self._answer(record)

    def delete(self, response: CloudFrontResponse) -> EmptyResult:
        memory(response, self.kind).pop(self._found(response)["Id"])
        return EmptyResult()

    def list_all(self, response: CloudFrontResponse) -> ActionResult:
        items = [{"Type": "custom", self.kind: record} for record in memory(response, self.kind).values()]
        return ActionResult({f"{self.kind}List": {"MaxItems": 100, "Quantity": len(items), "Items": items}})


def _add_policies(kind: str, path: str) -> None:
    actions, name = PolicyActions(kind=kind), path.replace("-", "_")
    for action, answer in (
        (f"create_{name}", actions.create),
        (f"get_{name}", actions.get),
        (f"get_{name}_config", actions.get),
        (f"update_{name}", actions.update),
        (f"delete_{name}", actions.delete),
        (f"list_{name.removesuffix('y')}ies", actions.list_all),
    ):
        adds(CloudFrontResponse)(_method(action, answer))
    ends = ("$", "/(?P<policy_id>[^/]+)$", "/(?P<policy_id>[^/]+)/config$")
    answers_paths(url_paths, CloudFrontResponse, *(f"/2020-05-31/{path}{end}" for end in ends))


def _method(name: str, answer: Callable[[CloudFrontResponse], ActionResult]) -> Callable[..., ActionResult]:
    """A plain function of that name: moto looks for methods only."""

    def call(self: CloudFrontResponse) -> ActionResult:
        return answer(self)

    call.__name__ = name
    return call


for _kind, _path in POLICIES.items():
    _add_policies(_kind, _path)
