"""Security Hub: its settings, and the standards that an account is held to."""

from typing import Any

from moto.core.responses import ActionResult
from moto.securityhub.responses import SecurityHubResponse
from moto.securityhub.urls import url_paths
from tests.infrastructure.emulator.extend import Record, adds, answers_paths, given, memory

STANDARDS = "securityhub standards"

answers_paths(url_paths, SecurityHubResponse, "/standards/register$", "/standards/deregister$", "/standards/get$")


@adds(SecurityHubResponse)
def update_security_hub_configuration(self: SecurityHubResponse) -> ActionResult:
    return ActionResult({})


def _subscription(self: SecurityHubResponse, standards_arn: str) -> Record:
    path = standards_arn.partition("::")[2].removeprefix("standards/").removeprefix("ruleset/")
    arn = f"arn:aws:securityhub:{self.region}:{self.current_account}:subscription/{path}"
    parts = {"StandardsArn": standards_arn, "StandardsSubscriptionArn": arn, "StandardsInput": {}}
    return parts | {"StandardsStatus": "READY", "StandardsControlsUpdatable": "READY_FOR_UPDATES"}


@adds(SecurityHubResponse)
def batch_enable_standards(self: SecurityHubResponse) -> ActionResult:
    wanted = [one["StandardsArn"] for one in given(self)["StandardsSubscriptionRequests"]]
    made = [_subscription(self, arn) for arn in wanted]
    memory(self, STANDARDS).update({one["StandardsSubscriptionArn"]: one for one in made})
    return ActionResult({"StandardsSubscriptions": made})


@adds(SecurityHubResponse)
def get_enabled_standards(self: SecurityHubResponse) -> ActionResult:
    wanted = given(self).get("StandardsSubscriptionArns")
    found = [one for arn, one in memory(self, STANDARDS).items() if not wanted or arn in wanted]
    return ActionResult({"StandardsSubscriptions": found})


@adds(SecurityHubResponse)
def batch_disable_standards(self: SecurityHubResponse) -> ActionResult:
    gone: list[Any] = [memory(self, STANDARDS).pop(arn, None) for arn in given(self)["StandardsSubscriptionArns"]]
    return ActionResult({"StandardsSubscriptions": [one for one in gone if one]})
