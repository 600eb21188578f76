"""The templates of infrastructure/cloudformation/: clean, the same everywhere, made and removed on the emulator."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cfnlint import decode
from tests.infrastructure.support.emulator import ACCOUNT_ID, HOME_REGION, REPLICA_REGION, Emulator
from tests.infrastructure.support.folders import ROOT

FOLDER = ROOT / "infrastructure" / "cloudformation"
TEMPLATES = sorted(FOLDER.glob("*.yaml"))
REGION_NAME = re.compile(r"\b(?:eu|us|ap|sa|ca|af|me)-(?:[a-z]+-)+\d\b")
PARAMETERS: dict[str, dict[str, str]] = {
    "bootstrap": {"Environment": "dev", "Repository": "brik/refunds"},
    "audit-baseline": {},
    "backup-vault": {"OrganizationId": "o-exampleorgid"},
}


def _read(template: Path) -> dict[str, Any]:
    document, problems = decode.decode(str(template))
    assert not problems
    return document


def _make(emulator: Emulator, template: Path, region: str = HOME_REGION) -> dict[str, str]:
    client = emulator.client("cloudformation", region)
    given = [{"ParameterKey": name, "ParameterValue": value} for name, value in PARAMETERS[template.stem].items()]
    client.create_stack(
        StackName=template.stem,
        TemplateBody=template.read_text(encoding="utf-8"),
        Parameters=given,
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )
    stack = client.describe_stacks(StackName=template.stem)["Stacks"][0]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def test_linter_finds_nothing() -> None:
    command = [Path(sys.executable).with_name("cfn-lint"), *map(str, TEMPLATES)]

    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_template_fits_every_account_and_region(template: Path) -> None:
    document = _read(template)
    outside_parameters = json.dumps({name: part for name, part in document.items() if name != "Parameters"})

    assert not re.search(r"\b\d{12}\b", outside_parameters)
    assert not REGION_NAME.search(outside_parameters)
    assert "arn:aws:" not in outside_parameters, "the partition is a parameter of the account, too"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_parameters_are_described_and_bounded_and_outputs_exported(template: Path) -> None:
    document = _read(template)
    bounds = {"AllowedValues", "AllowedPattern", "MinValue"}

    for name, parameter in document["Parameters"].items():
        assert parameter["Description"], name
        assert bounds & parameter.keys(), f"{name} takes anything"
    for name, output in document["Outputs"].items():
        assert output["Description"], name
        assert output["Export"]["Name"], name


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_stack_is_made_and_removed(template: Path, emulator: Emulator) -> None:
    client = emulator.client("cloudformation")

    outputs = _make(emulator, template)
    client.delete_stack(StackName=template.stem)

    assert outputs.keys() == _read(template)["Outputs"].keys()
    assert [stack for stack in client.describe_stacks()["Stacks"] if stack["StackStatus"] != "DELETE_COMPLETE"] == []


def test_state_bucket_keeps_versions_is_encrypted_and_refuses_plain_http(emulator: Emulator) -> None:
    outputs = _make(emulator, FOLDER / "bootstrap.yaml")
    client, bucket = emulator.client("s3"), outputs["StateBucketName"]

    versions = client.get_bucket_versioning(Bucket=bucket)
    encryption = client.get_bucket_encryption(Bucket=bucket)
    policy = json.loads(client.get_bucket_policy(Bucket=bucket)["Policy"])

    assert versions["Status"] == "Enabled"
    rule = encryption["ServerSideEncryptionConfiguration"]["Rules"][0]["ApplyServerSideEncryptionByDefault"]
    assert rule == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": outputs["StateKeyArn"]}
    refusals = [one for one in policy["Statement"] if one["Effect"] == "Deny" and one["Sid"] == "RefuseWithoutTls"]
    assert refusals[0]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_state_outlives_its_stack(emulator: Emulator) -> None:
    outputs = _make(emulator, FOLDER / "bootstrap.yaml")

    emulator.client("cloudformation").delete_stack(StackName="bootstrap")

    buckets = [bucket["Name"] for bucket in emulator.client("s3").list_buckets()["Buckets"]]
    assert buckets == [outputs["StateBucketName"]]


def test_only_the_environment_of_the_repository_applies(emulator: Emulator) -> None:
    _make(emulator, FOLDER / "bootstrap.yaml")

    role = emulator.client("iam").get_role(RoleName="brik-refunds-dev-apply")["Role"]

    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    issuer = "token.actions.githubusercontent.com"
    assert statement["Principal"] == {"Federated": f"arn:aws:iam::{ACCOUNT_ID}:oidc-provider/{issuer}"}
    assert statement["Condition"]["StringEquals"] == {
        f"{issuer}:aud": "sts.amazonaws.com",
        f"{issuer}:sub": "repo:brik/refunds:environment:dev",
    }


def test_role_that_applies_is_made_below_the_ceiling(emulator: Emulator) -> None:
    """What the ceiling refuses is asked by test_bootstrap_rails.py."""
    _make(emulator, FOLDER / "bootstrap.yaml")
    iam = emulator.client("iam")

    role = iam.get_role(RoleName="brik-refunds-dev-apply")["Role"]
    ceiling = iam.get_policy(PolicyArn=f"arn:aws:iam::{ACCOUNT_ID}:policy/brik-refunds-dev-ceiling")["Policy"]

    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == ceiling["Arn"]
    assert iam.list_role_policies(RoleName="brik-refunds-dev-apply")["PolicyNames"] == []


def test_no_pull_request_takes_the_role_that_plans() -> None:
    """A plan compares secrets: whoever's code plans can read them."""
    role = _read(FOLDER / "bootstrap.yaml")["Resources"]["PlanRole"]["Properties"]

    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    subjects = trust["Condition"]["StringEquals"]["token.actions.githubusercontent.com:sub"]

    assert [subject["Fn::Sub"] for subject in subjects] == [
        "repo:${Repository}:ref:refs/heads/main",
        "repo:${Repository}:environment:${Environment}",
    ]
    (policy,) = role["Policies"]
    statements = {one["Sid"]: one for one in policy["PolicyDocument"]["Statement"]}
    secrets = statements["CompareSecrets"]["Resource"]
    assert secrets["Fn::Sub"].endswith(":secret:brik-refunds-${Environment}/*")
    assert statements["OtherSecretsStayClosed"]["NotResource"] == secrets


def test_who_plans_writes_the_lock_and_no_state() -> None:
    policy = _read(FOLDER / "bootstrap.yaml")["Resources"]["StateAccess"]["Properties"]["PolicyDocument"]
    writes = {"s3:PutObject", "s3:DeleteObject", "dynamodb:PutItem", "dynamodb:DeleteItem"}

    allowed = {one["Sid"]: one for one in policy["Statement"] if writes & {*one["Action"]}}

    assert allowed.keys() == {"TakeAndReleaseLockfile", "TakeAndReleaseLock"}
    assert allowed["TakeAndReleaseLockfile"]["Resource"] == {"Fn::Sub": "${StateBucket.Arn}/*.tflock"}
    keys = allowed["TakeAndReleaseLock"]["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
    assert keys == {"Fn::Sub": "${StateBucket}/*.tfstate"}, "a state's checksum is beside its lock"


def test_trail_is_made_in_the_home_region_only(emulator: Emulator) -> None:
    at_home = _make(emulator, FOLDER / "audit-baseline.yaml")

    elsewhere = _make(emulator, FOLDER / "audit-baseline.yaml", REPLICA_REGION)

    assert "TrailArn" in at_home
    assert elsewhere.keys() == {"DetectorId"}


def test_config_waits_for_a_bucket_that_takes_its_history() -> None:
    """Config refuses a channel whose bucket is away, lets it not in, or locks everything by default."""
    resources = _read(FOLDER / "audit-baseline.yaml")["Resources"]

    delivery, bucket = resources["Delivery"], resources["HistoryBucket"]["Properties"]

    _, at_home, elsewhere = delivery["Properties"]["S3BucketName"]["Fn::If"]
    assert (at_home, elsewhere) == ({"Ref": "HistoryBucket"}, bucket["BucketName"])
    assert delivery["Metadata"]["WaitsFor"]["Fn::If"][1] == {"Ref": "HistoryBucketPolicy"}
    assert not {"ObjectLockEnabled", "ObjectLockConfiguration"} & bucket.keys()


def test_recorder_and_channel_do_not_wait_for_each_other() -> None:
    """CloudFormation starts a recorder as its last step, for which the channel must be there: else both wait."""
    resources = _read(FOLDER / "audit-baseline.yaml")["Resources"]

    assert "Delivery" not in json.dumps(resources["Recorder"])
    assert "Recorder" not in json.dumps({**resources["Delivery"], "Type": ""})


def test_vault_is_locked_and_open_for_the_organization_only(emulator: Emulator) -> None:
    _make(emulator, FOLDER / "backup-vault.yaml")
    client = emulator.client("backup")

    vault = client.describe_backup_vault(BackupVaultName="brik-refunds-copies")
    answer = client.get_backup_vault_access_policy(BackupVaultName="brik-refunds-copies")

    assert (vault["MinRetentionDays"], vault["MaxRetentionDays"]) == (30, 2557)
    allowed = [one for one in json.loads(answer["Policy"])["Statement"] if one["Effect"] == "Allow"]
    assert [one["Condition"] for one in allowed] == [{"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}]


def test_tables_of_the_page_agree_with_the_templates() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "cloudformation_tables"), "--check"]

    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)

    assert done.returncode == 0, f"run {command[1]}\n{done.stderr}"
