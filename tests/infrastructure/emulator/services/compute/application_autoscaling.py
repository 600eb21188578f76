"""Application Auto Scaling: tags of scalable targets, which the provider reads after every registration."""

import json

from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.core.responses import ActionResult, EmptyResult
from tests.infrastructure.emulator.extend import adds, memory, replaces

TAGS = "application-autoscaling tags"


@replaces(ApplicationAutoScalingResponse)
def register_scalable_target(original, self) -> str:
    answer = original(self)
    memory(self, TAGS).setdefault(json.loads(answer)["ScalableTargetARN"], {}).update(self._get_param("Tags") or {})
    return answer


@adds(ApplicationAutoScalingResponse)
def list_tags_for_resource(self) -> ActionResult:
    return ActionResult({"Tags": memory(self, TAGS).get(self._get_param("ResourceARN"), {})})


@adds(ApplicationAutoScalingResponse)
def tag_resource(self) -> EmptyResult:
    memory(self, TAGS).setdefault(self._get_param("ResourceARN"), {}).update(self._get_param("Tags") or {})
    return EmptyResult()


@adds(ApplicationAutoScalingResponse)
def untag_resource(self) -> EmptyResult:
    tags = memory(self, TAGS).get(self._get_param("ResourceARN"), {})
    for key in self._get_param("TagKeys") or []:
        tags.pop(key, None)
    return EmptyResult()
