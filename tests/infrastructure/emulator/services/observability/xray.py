"""X-Ray: groups and sampling rules, of which moto knows nothing."""

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse, EmptyResult
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random
from moto.xray.urls import url_paths
from tests.infrastructure.emulator.extend import answers_paths, given, memory

GROUPS, RULES, TAGS, KEY = "xray groups", "xray sampling rules", "xray tags", "xray encryption"


class InvalidRequestException(ServiceException):
    """X-Ray's answer to a name that it does not know."""

    code = "InvalidRequestException"


class XRayConfigurationResponse(BaseResponse):
    """What is configured of X-Ray; traces stay with moto."""

    def __init__(self) -> None:
        super().__init__(service_name="xray")

    def _arn(self, kind: str, name: str) -> str:
        return f"arn:aws:xray:{self.region}:{self.current_account}:{kind}/{name}"

    def _tag(self, arn: str, tags: list[dict[str, str]]) -> None:
        memory(self, TAGS).setdefault(arn, {}).update({tag["Key"]: tag["Value"] for tag in tags})

    def _find(self, kind: str, request: dict, name: str, arn: str) -> dict:
        wanted = request.get(name) or request.get(arn)
        for record in memory(self, kind).values():
            if wanted in (record[name], record[arn]):
                return record
        raise InvalidRequestException(f"{wanted} not found")

    def create_group(self) -> ActionResult:
        request = given(self)
        name = request["GroupName"]
        arn = f"{self._arn('group', name)}/{mock_random.uuid4().hex.upper()}"
        group = request | {"GroupARN": arn}
        group["InsightsConfiguration"] = {"InsightsEnabled": False, "NotificationsEnabled": False} | request.get(
            "InsightsConfiguration", {}
        )
        memory(self, GROUPS)[name] = group
        self._tag(arn, request.get("Tags") or [])
        return ActionResult({"Group": group})

    def get_group(self) -> ActionResult:
        return ActionResult({"Group": self._find(GROUPS, given(self), "GroupName", "GroupARN")})

    def update_group(self) -> ActionResult:
        group = self._find(GROUPS, given(self), "GroupName", "GroupARN")
        group.update(given(self))
        return ActionResult({"Group": group})

    def delete_group(self) -> EmptyResult:
        group = self._find(GROUPS, given(self), "GroupName", "GroupARN")
        memory(self, GROUPS).pop(group["GroupName"])
        return EmptyResult()

    def create_sampling_rule(self) -> ActionResult:
        request = given(self)
        rule = request["SamplingRule"]
        rule["RuleARN"] = self._arn("sampling-rule", rule["RuleName"])
        memory(self, RULES)[rule["RuleName"]] = rule
        self._tag(rule["RuleARN"], request.get("Tags") or [])
        return ActionResult({"SamplingRuleRecord": {"SamplingRule": rule, "CreatedAt": utcnow()}})

    def get_sampling_rules(self) -> ActionResult:
        rules = [{"SamplingRule": rule} for rule in memory(self, RULES).values()]
        return ActionResult({"SamplingRuleRecords": rules})

    def update_sampling_rule(self) -> ActionResult:
        change = given(self)["SamplingRuleUpdate"]
        rule = self._find(RULES, change, "RuleName", "RuleARN")
        rule.update(change)
        return ActionResult({"SamplingRuleRecord": {"SamplingRule": rule}})

    def delete_sampling_rule(self) -> ActionResult:
        rule = self._find(RULES, given(self), "RuleName", "RuleARN")
        memory(self, RULES).pop(rule["RuleName"])
        return ActionResult({"SamplingRuleRecord": {"SamplingRule": rule}})

    def put_encryption_config(self) -> ActionResult:
        request = given(self)
        config = {"Type": request["Type"], "KeyId": request.get("KeyId"), "Status": "ACTIVE"}
        memory(self, KEY)["only"] = config
        return ActionResult({"EncryptionConfig": config})

    def get_encryption_config(self) -> ActionResult:
        config = memory(self, KEY).get("only", {"Type": "NONE", "Status": "ACTIVE"})
        return ActionResult({"EncryptionConfig": config})

    def list_tags_for_resource(self) -> ActionResult:
        tags = memory(self, TAGS).get(given(self)["ResourceARN"], {})
        return ActionResult({"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]})

    def tag_resource(self) -> EmptyResult:
        request = given(self)
        self._tag(request["ResourceARN"], request["Tags"])
        return EmptyResult()

    def untag_resource(self) -> EmptyResult:
        request = given(self)
        for key in request["TagKeys"]:
            memory(self, TAGS).get(request["ResourceARN"], {}).pop(key, None)
        return EmptyResult()


answers_paths(
    url_paths,
    XRayConfigurationResponse,
    *(
        f"/{action}$"
        for action in (
            "CreateGroup",
            "GetGroup",
            "UpdateGroup",
            "DeleteGroup",
            "CreateSamplingRule",
            "GetSamplingRules",
            "UpdateSamplingRule",
            "DeleteSamplingRule",
            "PutEncryptionConfig",
            "EncryptionConfig",
            "ListTagsForResource",
            "TagResource",
            "UntagResource",
        )
    ),
)
