"""The database's stack where it meets ours: all its regions are reached, left to grow, and its role is bounded.

A landing needs only the AWS provider and is planned with a mocked one; the rest is read from the files.
"""

import re
import shutil
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from tests.infrastructure.support.access.iam import Request, Role, from_data_source
from tests.infrastructure.support.folders import TERRAFORM
from tests.infrastructure.support.terraform import Terraform
from tests.infrastructure.third_party.third_party_source import STACKS, Block, blocks_in, blocks_of, default_of

ATLAS = STACKS / "atlas"
CLUSTER = (ATLAS / "cluster.tf").read_text()
BOUNDARY = (TERRAFORM / "modules/identity/permissions_boundary.tf").read_text()
TFVARS = "".join(path.read_text() for path in sorted((TERRAFORM / "environments").glob("*/terraform.tfvars")))
ATLAS_MAY = {"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt"}


def the_block(type_: str, name: str) -> Block:
    """One block of the stack."""
    return next(block for block in blocks_of("atlas") if (block.type, block.name) == (type_, name))


def document(block: Block) -> Mapping[str, Any]:
    """What AWS would make of a policy document's block; a reference stands for the resource that it names."""
    statements = [
        {
            "effect": each.get("effect", "").strip('"'),
            "actions": [word.strip('"') for word in each["actions"]],
            "resources": [word.strip('$"') for word in each["resources"]],
        }
        for each in block.body["statement"]  # type: ignore[attr-defined]
    ]
    return from_data_source({"statement": statements})


def test_sizes_that_atlas_grows_are_left_alone_in_every_region_that_there_may_be() -> None:
    most = re.search(r"length\(var\.regions\) <= (\d)", (ATLAS / "variables.tf").read_text())

    left_alone = set(re.findall(r"region_configs\[(\d)\]\.electable_specs\[0\]\.(\w+),", CLUSTER))

    assert most is not None
    assert left_alone == {(str(n), size) for n in range(int(most[1])) for size in ("instance_size", "disk_size_gb")}


def test_every_region_has_its_endpoint_before_the_private_addresses_are_read() -> None:
    waits_for = the_block("mongodbatlas_advanced_cluster", "this").body["depends_on"]

    endpoints = {"${mongodbatlas_privatelink_endpoint_service." + name + "}" for name in ("this", "landing")}

    assert endpoints <= set(waits_for)  # type: ignore[call-overload]
    assert {
        block.name for block in blocks_of("atlas") if block.type == "mongodbatlas_privatelink_endpoint_service"
    } == {
        "this",
        "landing",
    }


def test_addresses_of_landings_overlap_with_nobodys() -> None:
    _, *others = default_of("atlas", "regions")  # type: ignore[misc]
    landings = [ip_network(region["landing_cidr"].strip('"')) for region in others]
    homes = [ip_network(cidr) for cidr in re.findall(r'^cidr\s+= "([\d./]+)"', TFVARS, re.MULTILINE)]

    assert (len(landings), len(homes)) == (2, 4)
    assert not any(one.overlaps(other) for one in landings for other in [*homes, *landings] if one is not other)


def test_atlas_takes_its_role_inside_the_boundary_which_lets_it_use_the_key() -> None:
    asked = document(the_block("aws_iam_policy_document", "atlas_key"))
    (most,) = [document(block) for block in blocks_in(BOUNDARY) if block.type == "aws_iam_policy_document"]

    atlas = Role(policies=(asked,), boundary=most)

    assert the_block("aws_iam_role", "atlas").body["permissions_boundary"] == "${var.permissions_boundary_arn}"
    assert set(asked["Statement"][0]["Action"]) == ATLAS_MAY
    assert all(atlas.may(Request(action=action, resource="{var.data_key_arn}")) for action in ATLAS_MAY)
    assert not atlas.may(Request(action="kms:ScheduleKeyDeletion", resource="{var.data_key_arn}"))


@pytest.mark.timeout(400)
def test_landing_passes_its_own_tests(tmp_path: Path, plugin_cache: Path) -> None:
    copied = shutil.copytree(ATLAS / "landing", tmp_path / "landing", ignore=shutil.ignore_patterns(".terraform*"))
    terraform = Terraform(folder=copied, cache=plugin_cache, environ={})
    terraform.init()

    answer = terraform.test()

    assert "0 failed" in answer
    assert " 0 passed" not in answer
