"""The third-party stacks use only types, blocks and arguments that their providers have, and give all required ones.

The providers cannot be downloaded here; their schemas come from their CDK packages (scripts/third_party_schemas).
"""

import json
import re
import subprocess
import sys

import pytest
from tests.infrastructure.third_party.third_party_source import (
    ROOT,
    SCHEMAS,
    STACKS,
    blocks_in,
    blocks_of,
    faults,
    schemas,
)

SCRIPT = ROOT / "infrastructure/scripts/third_party_schemas"
PACKAGE_AWAY = 2
OURS = ("mongodbatlas", "datadog", "pagerduty")


@pytest.mark.parametrize("stack", ["atlas", "datadog", "pagerduty"])
def test_every_block_fits_its_providers_schema(stack: str) -> None:
    known = schemas()
    blocks = [block for block in blocks_of(stack) if block.type.split("_")[0] in OURS]

    found = [fault for block in blocks for fault in faults(block, known)]

    assert len(blocks) > 5
    assert found == []


def faults_of(text: str) -> list[str]:
    known = schemas()
    return [fault for block in blocks_in(text) for fault in faults(block, known)]


TEAM = 'resource "pagerduty_team" "this" {\n  name = "x"\n  %s\n}\n'


def test_a_wrong_argument_name_is_found() -> None:
    assert faults_of(TEAM % 'descripton = "x"') == ["resource.pagerduty_team.this: no argument descripton"]


def test_a_wrong_argument_name_inside_nested_and_dynamic_blocks_is_found() -> None:
    text = """
resource "mongodbatlas_advanced_cluster" "this" {
  project_id   = "p"
  name         = "n"
  cluster_type = "REPLICASET"
  replication_specs {
    dynamic "region_configs" {
      for_each = [1]
      content {
        provider_name = "AWS"
        region_name   = "EU_WEST_1"
        priority      = 7
        electable_specs {
          instance_size = "M40"
          node_counts   = 3
        }
      }
    }
  }
}
"""

    place = "resource.mongodbatlas_advanced_cluster.this.replication_specs.region_configs.electable_specs"
    assert faults_of(text) == [f"{place}: no argument node_counts"]


def test_a_wrong_type_is_found() -> None:
    assert faults_of('resource "pagerduty_teem" "this" {\n}\n') == [
        "resource.pagerduty_teem: no such type in the schema"
    ]


def test_a_missing_required_argument_is_found() -> None:
    assert faults_of('resource "pagerduty_team" "this" {\n}\n') == ["resource.pagerduty_team.this: name is missing"]


def test_a_missing_required_block_is_found() -> None:
    text = 'resource "pagerduty_schedule" "this" {\n  time_zone = "Etc/UTC"\n}\n'

    assert faults_of(text) == ["resource.pagerduty_schedule.this: layer is missing"]


def test_a_block_written_as_an_argument_is_found() -> None:
    text = 'resource "pagerduty_schedule" "this" {\n  time_zone = "Etc/UTC"\n  layer = []\n}\n'

    assert faults_of(text) == ["resource.pagerduty_schedule.this: layer is a block, not an argument"]


def test_an_unknown_block_is_found() -> None:
    assert faults_of(TEAM % "members {\n  }") == ["resource.pagerduty_team.this: no block members"]


@pytest.mark.parametrize("provider", OURS)
def test_the_schema_is_of_a_version_that_the_stack_takes(provider: str) -> None:
    schema = json.loads((SCHEMAS / f"{provider}.json").read_text())
    texts = [path.read_text() for path in STACKS.glob("*/versions.tf")]

    (asked,) = {
        match[1] for text in texts if (match := re.search(rf'{provider} = \{{[^}}]*version\s*=\s*"~> ([\d.]+)"', text))
    }

    assert schema["provider_version"].split(".")[: asked.count(".") + 1] == asked.split(".")


@pytest.mark.slow
def test_the_schemas_are_those_of_the_packages() -> None:
    done = subprocess.run([sys.executable, SCRIPT, "--check"], check=False, capture_output=True, text=True, timeout=110)

    if done.returncode == PACKAGE_AWAY:
        pytest.skip(f"no network: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
