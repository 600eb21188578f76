"""CloudFormation: kinds of resources that moto does not know there, made and removed by the services' own calls."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.client import BaseClient
from botocore.config import Config
from moto.cloudformation.parsing import Export, OutputMap, clean_json
from moto.core.common_models import CloudFormationModel
from moto.s3.models import FakeBucket
from tests.infrastructure.emulator.extend import ITSELF

Properties = dict[str, Any]
Clients = Callable[[str], BaseClient]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What came of making a resource: what Ref gives, and what GetAtt gives by name."""

    ref: str
    attributes: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How to make a kind of resource from its properties, and to remove it by what Ref gives."""

    type_name: str
    make: Callable[[Clients, Properties], Made]
    remove: Callable[[Clients, str], object]
    attributes: tuple[str, ...] = ()


def _clients(region: str) -> Clients:
    """Clients that call this emulator."""
    endpoint = f"http://127.0.0.1:{os.environ['MOTO_PORT']}"
    itself = Config(user_agent_extra=ITSELF)
    keys = {"aws_access_key_id": "emulator", "aws_secret_access_key": "emulator"}
    return lambda service: boto3.client(service, region_name=region, endpoint_url=endpoint, config=itself, **keys)


class _Resource:
    """What moto's CloudFormation asks of a resource, answered by its kind."""

    kind: Kind

    def __init__(self, made: Made) -> None:
        self.made = made

    @property
    def physical_resource_id(self) -> str:
        return self.made.ref

    @staticmethod
    def cloudformation_name_type() -> str:
        return ""

    @classmethod
    def cloudformation_type(cls) -> str:
        return cls.kind.type_name

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        return attr in cls.kind.attributes

    def get_cfn_attribute(self, attribute_name: str) -> str:
        return self.made.attributes[attribute_name]

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
    ) -> "_Resource":
        return cls(cls.kind.make(_clients(region_name), cloudformation_json.get("Properties", {})))

    @classmethod
    def delete_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str
    ) -> None:
        cls.kind.remove(_clients(region_name), resource_name)


def _is_true(value: object) -> bool:
    return str(value).lower() == "true"


def _bucket_policy(clients: Clients, properties: Properties) -> Made:
    bucket = properties["Bucket"]
    clients("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps(properties["PolicyDocument"]))
    return Made(ref=bucket, attributes={})


def _oidc_provider(clients: Clients, properties: Properties) -> Made:
    answer = clients("iam").create_open_id_connect_provider(
        Url=properties["Url"],
        ClientIDList=properties.get("ClientIdList", []),
        ThumbprintList=properties.get("ThumbprintList", []),
        Tags=properties.get("Tags", []),
    )
    arn = answer["OpenIDConnectProviderArn"]
    return Made(ref=arn, attributes={"Arn": arn})


def _trail(clients: Clients, properties: Properties) -> Made:
    client = clients("cloudtrail")
    answer = client.create_trail(
        Name=properties["TrailName"],
        S3BucketName=properties["S3BucketName"],
        IsMultiRegionTrail=_is_true(properties.get("IsMultiRegionTrail")),
        IncludeGlobalServiceEvents=_is_true(properties.get("IncludeGlobalServiceEvents")),
        EnableLogFileValidation=_is_true(properties.get("EnableLogFileValidation")),
        KmsKeyId=properties["KMSKeyId"],
        TagsList=properties.get("Tags", []),
    )
    if _is_true(properties["IsLogging"]):
        client.start_logging(Name=properties["TrailName"])
    return Made(ref=properties["TrailName"], attributes={"Arn": answer["TrailARN"]})


def _detector(clients: Clients, properties: Properties) -> Made:
    answer = clients("guardduty").create_detector(
        Enable=_is_true(properties["Enable"]),
        FindingPublishingFrequency=properties["FindingPublishingFrequency"],
        Tags={tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])},
    )
    return Made(ref=answer["DetectorId"], attributes={"Id": answer["DetectorId"]})


def _recorder(clients: Clients, properties: Properties) -> Made:
    group = properties["RecordingGroup"]
    clients("config").put_configuration_recorder(
        ConfigurationRecorder={
            "name": properties["Name"],
            "roleARN": properties["RoleARN"],
            "recordingGroup": {
                "allSupported": _is_true(group["AllSupported"]),
                "includeGlobalResourceTypes": _is_true(group["IncludeGlobalResourceTypes"]),
            },
        }
    )
    return Made(ref=properties["Name"], attributes={})


def _delivery(clients: Clients, properties: Properties) -> Made:
    frequency = properties["ConfigSnapshotDeliveryProperties"]["DeliveryFrequency"]
    clients("config").put_delivery_channel(
        DeliveryChannel={
            "name": properties["Name"],
            "s3BucketName": properties["S3BucketName"],
            "configSnapshotDeliveryProperties": {"deliveryFrequency": frequency},
        }
    )
    return Made(ref=properties["Name"], attributes={})


def _vault(clients: Clients, properties: Properties) -> Made:
    client, name = clients("backup"), properties["BackupVaultName"]
    answer = client.create_backup_vault(
        BackupVaultName=name,
        EncryptionKeyArn=properties["EncryptionKeyArn"],
        BackupVaultTags=properties.get("BackupVaultTags", {}),
    )
    lock = {key: int(value) for key, value in properties["LockConfiguration"].items()}
    client.put_backup_vault_lock_configuration(BackupVaultName=name, **lock)
    client.put_backup_vault_access_policy(BackupVaultName=name, Policy=json.dumps(properties["AccessPolicy"]))
    return Made(ref=name, attributes={"BackupVaultArn": answer["BackupVaultArn"], "BackupVaultName": name})


KINDS = (
    Kind(
        type_name="AWS::S3::BucketPolicy",
        make=_bucket_policy,
        remove=lambda clients, bucket: clients("s3").delete_bucket_policy(Bucket=bucket),
    ),
    Kind(
        type_name="AWS::IAM::OIDCProvider",
        make=_oidc_provider,
        remove=lambda clients, arn: clients("iam").delete_open_id_connect_provider(OpenIDConnectProviderArn=arn),
        attributes=("Arn",),
    ),
    Kind(
        type_name="AWS::CloudTrail::Trail",
        make=_trail,
        remove=lambda clients, name: clients("cloudtrail").delete_trail(Name=name),
        attributes=("Arn",),
    ),
    Kind(
        type_name="AWS::GuardDuty::Detector",
        make=_detector,
        remove=lambda clients, name: clients("guardduty").delete_detector(DetectorId=name),
        attributes=("Id",),
    ),
    Kind(
        type_name="AWS::Config::ConfigurationRecorder",
        make=_recorder,
        remove=lambda clients, name: clients("config").delete_configuration_recorder(ConfigurationRecorderName=name),
    ),
    Kind(
        type_name="AWS::Config::DeliveryChannel",
        make=_delivery,
        remove=lambda clients, name: clients("config").delete_delivery_channel(DeliveryChannelName=name),
    ),
    Kind(
        type_name="AWS::Backup::BackupVault",
        make=_vault,
        remove=lambda clients, name: clients("backup").delete_backup_vault(BackupVaultName=name),
        attributes=("BackupVaultArn", "BackupVaultName"),
    ),
)

# Moto looks among the living direct subclasses of its model: they must not be collected.
_KEPT = [type("Resource", (_Resource, CloudFormationModel), {"kind": kind}) for kind in KINDS]


_bucket_of_moto = FakeBucket.create_from_cloudformation_json.__func__


def _bucket(
    cls: type[FakeBucket], resource_name: str, cloudformation_json: Any, *place: str, **names: Any
) -> FakeBucket:
    """A bucket with the settings that moto's CloudFormation leaves out."""
    made = _bucket_of_moto(cls, resource_name, cloudformation_json, *place, **names)
    properties = cloudformation_json.get("Properties", {})
    made.versioning_status = properties.get("VersioningConfiguration", {}).get("Status")
    made.object_lock_enabled = _is_true(properties.get("ObjectLockEnabled"))
    return made


FakeBucket.create_from_cloudformation_json = classmethod(_bucket)


def _exports(self: OutputMap) -> list[Export]:
    """What the stack exports: an output whose condition is false exports nothing."""
    holds = self._resource_map.lazy_condition_map
    outputs = [
        one for one in (self._output_json_map or {}).values() if "Condition" not in one or holds[one["Condition"]]
    ]
    return [
        Export(
            self._stack_id, *(clean_json(part, self._resource_map) for part in (one["Export"]["Name"], one["Value"]))
        )
        for one in outputs
        if "Export" in one
    ]


OutputMap.exports = property(_exports)
