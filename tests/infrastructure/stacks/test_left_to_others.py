"""What Terraform makes once and then leaves to whoever owns it: else the next apply undoes a deployment or a rotation.

Read from the modules' files, as no state shows it. Nothing else may be left alone: a change there would never show.
"""

from collections.abc import Mapping

import pytest
from tests.infrastructure.support.folders import TERRAFORM
from tests.infrastructure.third_party.third_party_source import blocks_in

pytestmark = pytest.mark.infra

CODEDEPLOY = {"task_definition", "load_balancer", "platform_version"}
AUTO_SCALING = {"desired_count"}
ROTATION = {"secret_string", "version_stages"}

LEFT: Mapping[str, set[str]] = {
    "service aws_ecs_service blue_green": CODEDEPLOY | AUTO_SCALING,
    "service aws_ecs_service rolling": AUTO_SCALING,
    "service aws_lb_listener_rule production": {"action"},  # CodeDeploy moves it from colour to colour
    "service aws_lb_listener_rule test": {"action"},
    "secrets aws_secretsmanager_secret_version service": ROTATION,
    "secrets aws_secretsmanager_secret_version redis_token": ROTATION,
    "cache aws_elasticache_replication_group this": {"auth_token"},  # the rotation function changes it
    "edge terraform_data origin_secret": {"input"},  # drawn once, anew at each plan
    "identity aws_cognito_user_pool this": {"schema"},  # Cognito adds to it and never takes away
}


def left() -> dict[str, set[str]]:
    """Resource → what its lifecycle ignores, of every module and of the stack."""
    found = {}
    for path in sorted([*TERRAFORM.glob("modules/*/*.tf"), *TERRAFORM.glob("stack/*.tf")]):
        for block in blocks_in(path.read_text(encoding="utf-8")):
            ignored = {name.strip('"${}') for life in block.body.get("lifecycle", []) for name in _ignored(life)}
            found |= {f"{path.parent.name} {block.type} {block.name}": ignored} if ignored else {}
    return found


def _ignored(lifecycle: Mapping[str, list[str]]) -> list[str]:
    return lifecycle.get("ignore_changes", [])


def test_terraform_leaves_to_others_what_is_theirs_and_nothing_else() -> None:
    assert left() == LEFT
