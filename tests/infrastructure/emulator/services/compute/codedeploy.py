"""CodeDeploy: applications and deployment groups can be changed and deleted, and groups come back as given."""

from moto.codedeploy.responses import CodeDeployResponse
from moto.core.responses import ActionResult, EmptyResult
from tests.infrastructure.emulator.extend import adds, given, memory, replaces

GROUPS = "codedeploy deployment groups"


def _group_name(request: dict) -> str:
    return f"{request['applicationName']}:{request.get('currentDeploymentGroupName') or request['deploymentGroupName']}"


def _as_given(request: dict) -> dict:
    return {name: value for name, value in request.items() if name not in {"tags", "currentDeploymentGroupName"}}


@replaces(CodeDeployResponse)
def create_deployment_group(original, self) -> ActionResult:
    request = given(self)
    answer = original(self)
    group = self.codedeploy_backend.deployment_groups[request["applicationName"]][request["deploymentGroupName"]]
    application = self.codedeploy_backend.applications[request["applicationName"]]
    memory(self, GROUPS)[_group_name(request)] = _as_given(request) | {
        "deploymentGroupId": group.deployment_group_id,
        "computePlatform": application.compute_platform,
        "deploymentConfigName": request.get("deploymentConfigName") or "CodeDeployDefault.OneAtATime",
    }
    return answer


@replaces(CodeDeployResponse)
def get_deployment_group(original, self) -> ActionResult:
    group = memory(self, GROUPS).get(_group_name(given(self)))
    return ActionResult({"deploymentGroupInfo": group}) if group else original(self)


@adds(CodeDeployResponse)
def update_deployment_group(self) -> ActionResult:
    request = given(self)
    memory(self, GROUPS)[_group_name(request)].update(_as_given(request))
    return ActionResult({"hooksNotCleanedUp": []})


@adds(CodeDeployResponse)
def delete_deployment_group(self) -> ActionResult:
    request = given(self)
    memory(self, GROUPS).pop(_group_name(request), None)
    self.codedeploy_backend.deployment_groups[request["applicationName"]].pop(request["deploymentGroupName"], None)
    return ActionResult({"hooksNotCleanedUp": []})


@adds(CodeDeployResponse)
def delete_application(self) -> EmptyResult:
    name = given(self)["applicationName"]
    self.codedeploy_backend.applications.pop(name, None)
    self.codedeploy_backend.deployment_groups.pop(name, None)
    return EmptyResult()
