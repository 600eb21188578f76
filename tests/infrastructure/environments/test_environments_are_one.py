"""The four environments are one stack with four small variable files (TRAPS 22): nobody keeps a copy by hand."""

import re

import pytest
from tests.infrastructure.support.mocked import ENVIRONMENTS, TERRAFORM

FOLDERS = {environment: TERRAFORM / "environments" / environment for environment in ENVIRONMENTS}
SAME = ("main.tf", "variables.tf", "outputs.tf", "versions.tf")
OWN = ("backend.tf", "terraform.tfvars")
LINES_MAX = 40

# What may differ, and nothing else: a new difference between environments is decided here.
MAY_DIFFER = {
    "environment",
    "cidr",
    "domain_name",
    "zone_id",
    "image_tag",
    "nat_gateways",
    "interface_endpoint_az_count",
    "failover",
    "use_spot",
    "object_lock",
    "vault_lock",
    "deletion_protection",
    "key_deletion_window_days",
    "log_level",
    "mfa",
    "cache",
    "services",
}
ASKED = {"environment", "cidr", "domain_name", "zone_id", "image_tag"}


def _values(environment: str) -> set[str]:
    text = (FOLDERS[environment] / "terraform.tfvars").read_text(encoding="utf-8")
    return set(re.findall(r"^(\w+)\s*=", text, re.MULTILINE))


@pytest.mark.parametrize("name", SAME)
def test_file_is_byte_equal_in_all_environments(name: str) -> None:
    assert len({(folder / name).read_bytes() for folder in FOLDERS.values()}) == 1


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_environment_holds_no_other_configuration(environment: str) -> None:
    found = {path.name for path in FOLDERS[environment].iterdir() if path.suffix in (".tf", ".tfvars", ".json")}

    assert found == {*SAME, *OWN}


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_values_are_few_and_allowed_to_differ(environment: str) -> None:
    text = (FOLDERS[environment] / "terraform.tfvars").read_text(encoding="utf-8")

    assert len(text.splitlines()) <= LINES_MAX
    assert ASKED <= _values(environment) <= MAY_DIFFER


def test_production_sets_nothing_but_its_names() -> None:
    assert _values("prod") == ASKED


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_main_makes_nothing_but_the_stack(environment: str) -> None:
    text = (FOLDERS[environment] / "main.tf").read_text(encoding="utf-8")

    assert re.findall(r"^(resource|data|module|locals)\b.*", text, re.MULTILINE) == ["module"]


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_state_is_the_environments_own_encrypted_and_locked(environment: str) -> None:
    text = (FOLDERS[environment] / "backend.tf").read_text(encoding="utf-8")
    settings = dict(re.findall(r"^\s+(\w+)\s+= \"?([^\"\n]+)\"?$", text, re.MULTILINE))

    assert re.fullmatch(rf"brik-refunds-{environment}-state-\d{{12}}", settings.pop("bucket"))
    assert settings == {
        "key": "environment.tfstate",
        "region": "eu-west-1",
        "encrypt": "true",
        "kms_key_id": f"alias/brik-refunds-{environment}-state",
        "dynamodb_table": f"brik-refunds-{environment}-state-lock",
    }


def test_variables_are_the_stacks_and_the_home_region() -> None:
    stack = (TERRAFORM / "stack" / "variables.tf").read_text(encoding="utf-8").partition('variable "environment"')
    here = (FOLDERS["prod"] / "variables.tf").read_text(encoding="utf-8").partition('variable "environment"')

    assert here[2] == stack[2]
    assert re.findall(r'variable "(\w+)"', here[0]) == ["home_region"]
