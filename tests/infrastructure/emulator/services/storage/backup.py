"""AWS Backup: selections of a plan, changed plans, access policy and notifications of a vault."""

from typing import Any
from urllib.parse import unquote

from moto.backup.responses import BackupResponse
from moto.backup.urls import url_paths
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.moto_api._internal import mock_random
from tests.infrastructure.emulator.errors import ResourceNotFoundException
from tests.infrastructure.emulator.extend import adds, answers_paths, given, memory, replaces

SELECTIONS, POLICIES, NOTICES = "backup selections", "backup vault policies", "backup vault notifications"

answers_paths(
    url_paths,
    BackupResponse,
    "/backup-vaults/(?P<name>[^/]+)/access-policy$",
    "/backup-vaults/(?P<name>[^/]+)/notification-configuration$",
)


def _found(records: dict, name: str) -> dict:
    if name not in records:
        raise ResourceNotFoundException(f"{name} cannot be found")
    return records[name]


@adds(BackupResponse)
def create_backup_selection(self) -> ActionResult:
    request = given(self)
    selection_id, made_at = str(mock_random.uuid4()), utcnow()
    memory(self, SELECTIONS)[selection_id] = request | {"SelectionId": selection_id, "CreationDate": made_at}
    return ActionResult(memory(self, SELECTIONS)[selection_id])


@adds(BackupResponse)
def get_backup_selection(self) -> ActionResult:
    return ActionResult(_found(memory(self, SELECTIONS), given(self)["SelectionId"]))


@adds(BackupResponse)
def list_backup_selections(self) -> ActionResult:
    plan_id = given(self)["BackupPlanId"]
    selections = [one for one in memory(self, SELECTIONS).values() if one["BackupPlanId"] == plan_id]
    return ActionResult({"BackupSelectionsList": selections})


@adds(BackupResponse)
def delete_backup_selection(self) -> EmptyResult:
    memory(self, SELECTIONS).pop(given(self)["SelectionId"], None)
    return EmptyResult()


@adds(BackupResponse)
def put_backup_vault_access_policy(self) -> EmptyResult:
    request = given(self)
    memory(self, POLICIES)[request["BackupVaultName"]] = request
    return EmptyResult()


@adds(BackupResponse)
def get_backup_vault_access_policy(self) -> ActionResult:
    name = given(self)["BackupVaultName"]
    vault = self.backup_backend.describe_backup_vault(name)
    return ActionResult({"BackupVaultArn": vault.backup_vault_arn, **_found(memory(self, POLICIES), name)})


@adds(BackupResponse)
def delete_backup_vault_access_policy(self) -> EmptyResult:
    memory(self, POLICIES).pop(given(self)["BackupVaultName"], None)
    return EmptyResult()


@adds(BackupResponse)
def put_backup_vault_notifications(self) -> EmptyResult:
    request = given(self)
    memory(self, NOTICES)[request["BackupVaultName"]] = request
    return EmptyResult()


@adds(BackupResponse)
def get_backup_vault_notifications(self) -> ActionResult:
    return ActionResult(_found(memory(self, NOTICES), given(self)["BackupVaultName"]))


@adds(BackupResponse)
def delete_backup_vault_notifications(self) -> EmptyResult:
    memory(self, NOTICES).pop(given(self)["BackupVaultName"], None)
    return EmptyResult()


@replaces(BackupResponse)
def list_tags(original: Any, self: BackupResponse) -> ActionResult:
    arn = unquote(given(self)["ResourceArn"]).rstrip("/")
    return ActionResult({"Tags": self.backup_backend.list_tags(arn)})
