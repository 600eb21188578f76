"""GuardDuty: a detector tells the features that were asked for, one by one."""

import json
from typing import Any

from moto.guardduty.responses import GuardDutyResponse
from tests.infrastructure.emulator.extend import Record, given, memory, replaces

FEATURES = "guardduty features"


def _as_answered(feature: Record) -> Record:
    additional = feature.get("AdditionalConfiguration") or []
    parts = [{"name": one["Name"], "status": one["Status"]} for one in additional]
    return {"name": feature["Name"], "status": feature["Status"], "additionalConfiguration": parts}


@replaces(GuardDutyResponse)
def update_detector(original: Any, self: GuardDutyResponse) -> Any:
    request = given(self)
    features = memory(self, FEATURES).setdefault(request["DetectorId"], {})
    features.update({feature["Name"]: _as_answered(feature) for feature in request.get("Features") or []})
    return original(self)


@replaces(GuardDutyResponse)
def get_detector(original: Any, self: GuardDutyResponse) -> Any:
    answer = json.loads(original(self))
    features = memory(self, FEATURES).get(given(self)["DetectorId"], {})
    told = {one["name"]: one for one in answer.get("features") or [] if "name" in one}
    return json.dumps(answer | {"features": [*(told | features).values()]})
