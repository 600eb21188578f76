"""Every module of infrastructure/terraform/modules, found by its folder: tested by itself, really applied.

Really applied means: applied to the emulator by a small root in fixtures/<module>/, planned again (nothing to do),
changed behind Terraform's back (the plan shows it), destroyed.
"""

import os
import re
import shutil
from pathlib import Path

import pytest
from tests.infrastructure.stacks.drifts import ABSENT_IN_DEV, DRIFTS
from tests.infrastructure.support.emulator import Emulator
from tests.infrastructure.support.folders import FIXTURES, TERRAFORM, copied_terraform, emulator_environ, turned_to
from tests.infrastructure.support.left_behind import empty_buckets
from tests.infrastructure.support.terraform import Terraform

MODULES = sorted(path.parent.name for path in (TERRAFORM / "modules").glob("*/variables.tf"))
# What the stack composes is applied with a whole environment (test_applied_environment.py), which takes a fraction of
# the time; alone only what that environment lacks. EACH_MODULE=1 applies every module alone, which says sooner where
# something is wrong.
_IN_STACK = {
    name
    for path in (TERRAFORM / "stack").glob("*.tf")
    for name in re.findall(r'"\.\./modules/(\w+)"', path.read_text())
}
_NOT_IN_DEV = (set(MODULES) - _IN_STACK) | set(ABSENT_IN_DEV.values())
APPLIED_ALONE = MODULES if os.environ.get("EACH_MODULE") == "1" else sorted(_NOT_IN_DEV)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return copied_terraform(tmp_path)


def _fixture_root(module: str, copied: Path, emulator: Emulator) -> Path:
    root = copied / "fixture"
    shutil.copytree(FIXTURES / "common", root)
    shutil.copytree(FIXTURES / module, root, dirs_exist_ok=True)
    return turned_to(root, emulator)


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.timeout(400)
def test_module_passes_its_own_tests(module: str, copied: Path, plugin_cache: Path) -> None:
    terraform = Terraform(folder=copied / "modules" / module, cache=plugin_cache, environ={})
    terraform.init()

    terraform.validate()
    answer = terraform.test()

    assert "0 failed" in answer
    assert " 0 passed" not in answer, f"{module} has no tests/*.tftest.hcl"


@pytest.mark.parametrize("module", APPLIED_ALONE)
@pytest.mark.timeout(600)
def test_module_is_applied_settled_watched_and_destroyed(
    module: str, copied: Path, plugin_cache: Path, emulator: Emulator
) -> None:
    root = _fixture_root(module, copied, emulator)
    terraform = Terraform(folder=root, cache=plugin_cache, environ=emulator_environ(emulator))
    drift = DRIFTS[module]
    terraform.init()

    terraform.apply()
    second = terraform.plan()
    address, values = min(second.resources(drift.kind, "this").items())
    drift.make(emulator, values)
    watched = terraform.plan()
    empty_buckets(emulator)
    terraform.destroy()

    assert second.changes() == {}
    assert address in watched.changes()
    assert [
        kind for kind, owner in ABSENT_IN_DEV.items() if owner == module and not second.resources(kind, "this")
    ] == []
