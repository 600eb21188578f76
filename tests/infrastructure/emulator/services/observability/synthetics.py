"""Synthetics: canaries come back as given, and can be changed, started, stopped and deleted."""

from urllib.parse import unquote

from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random
from moto.synthetics.responses import SyntheticsResponse
from moto.synthetics.urls import url_paths
from tests.infrastructure.emulator.errors import ResourceNotFoundException
from tests.infrastructure.emulator.extend import adds, answers_paths, given, memory, replaces

CANARIES = "synthetics canaries"

answers_paths(
    url_paths,
    SyntheticsResponse,
    "/canary/(?P<name>[^/]+)/start$",
    "/canary/(?P<name>[^/]+)/stop$",
    "/tags/(?P<arn>.+)$",
)


def _canary(self) -> dict:
    name = given(self)["Name"]
    if name not in memory(self, CANARIES):
        raise ResourceNotFoundException(f"Canary {name} cannot be found")
    return memory(self, CANARIES)[name]


def _answer(canary: dict) -> dict:
    """What the service computes from the request: where the code lies, what it may use."""
    code = canary.get("Code", {})
    location = f"arn:aws:lambda:{canary['Region']}:123456789012:layer:cwsyn-{canary['Name']}:1"
    answer = canary | {"Code": {"SourceLocationArn": location, "Handler": code.get("Handler", "")}}
    answer["EngineArn"] = location.replace(":layer:", ":function:")
    schedule = {"DurationInSeconds": 0} | canary.get("Schedule", {})
    answer["Schedule"] = schedule
    answer["RunConfig"] = {"MemoryInMB": 1000, "TimeoutInSeconds": 60, "ActiveTracing": False} | {
        name: value for name, value in canary.get("RunConfig", {}).items() if name != "EnvironmentVariables"
    }
    return answer


@replaces(SyntheticsResponse)
def create_canary(original, self) -> ActionResult:
    request, now = given(self), utcnow()
    memory(self, CANARIES)[request["Name"]] = request | {
        "Id": str(mock_random.uuid4()),
        "Region": self.region,
        "Status": {"State": "READY", "StateReason": "made", "StateReasonCode": "CREATE_COMPLETE"},
        "Timeline": {"Created": now, "LastModified": now},
        "SuccessRetentionPeriodInDays": request.get("SuccessRetentionPeriodInDays", 31),
        "FailureRetentionPeriodInDays": request.get("FailureRetentionPeriodInDays", 31),
    }
    return ActionResult({"Canary": _answer(memory(self, CANARIES)[request["Name"]])})


@replaces(SyntheticsResponse)
def get_canary(original, self) -> ActionResult:
    return ActionResult({"Canary": _answer(_canary(self))})


@replaces(SyntheticsResponse)
def describe_canaries(original, self) -> ActionResult:
    return ActionResult({"Canaries": [_answer(canary) for canary in memory(self, CANARIES).values()]})


@adds(SyntheticsResponse)
def update_canary(self) -> EmptyResult:
    _canary(self).update(given(self))
    return EmptyResult()


@adds(SyntheticsResponse)
def start_canary(self) -> EmptyResult:
    _canary(self)["Status"]["State"] = "RUNNING"
    return EmptyResult()


@adds(SyntheticsResponse)
def stop_canary(self) -> EmptyResult:
    _canary(self)["Status"]["State"] = "STOPPED"
    return EmptyResult()


@adds(SyntheticsResponse)
def delete_canary(self) -> EmptyResult:
    memory(self, CANARIES).pop(given(self)["Name"], None)
    return EmptyResult()


@adds(SyntheticsResponse)
def tag_resource(self) -> EmptyResult:
    _canary_of_arn(self).setdefault("Tags", {}).update(given(self)["Tags"])
    return EmptyResult()


@replaces(SyntheticsResponse)
def list_tags_for_resource(original, self) -> ActionResult:
    return ActionResult({"Tags": _canary_of_arn(self).get("Tags", {})})


def _canary_of_arn(self) -> dict:
    return memory(self, CANARIES).get(unquote(given(self)["ResourceArn"]).rsplit(":", 1)[-1], {})
