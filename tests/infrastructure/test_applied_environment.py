"""A whole environment, found by its folder, really applied to the emulator: settled, watched, destroyed.

The smallest one stands for all: their files are byte-equal, and the others are planned and applied with mocks.
"""

import re
from pathlib import Path

import pytest
from tests.infrastructure.drifts import ABSENT_IN_DEV, DRIFTS
from tests.infrastructure.support.emulator import Emulator
from tests.infrastructure.support.folders import TERRAFORM, copied_terraform, emulator_environ, turned_to
from tests.infrastructure.support.leftovers import empty_buckets, left_in
from tests.infrastructure.support.mocked import ALL_SECONDS_MAX, mocked_apply
from tests.infrastructure.support.terraform import Plan, Terraform

ENVIRONMENTS = sorted(path.parent.name for path in (TERRAFORM / "environments").glob("*/backend.tf"))
APPLIED = [name for name in ENVIRONMENTS if name == "dev"]

# What the emulator cannot carry, by the beginning of its address, each with its reason. A mocked test of the
# environment covers all of it; the list is printed, and may not grow beyond NOT_CARRIED_MAX.
NOT_CARRIED: dict[str, str] = {}
NOT_CARRIED_MAX = 5


def _unexpected(plan: Plan) -> dict[str, str]:
    return {
        address: change
        for address, change in plan.changes().items()
        if not any(address.startswith(beginning) for beginning in NOT_CARRIED)
    }


def _make_zone(root: Path, emulator: Emulator) -> None:
    """The zone is there before the environment: make it, and tell Terraform its id."""
    domain = re.search(r'domain_name\s*=\s*"[^.]+\.([^"]+)"', (root / "terraform.tfvars").read_text(encoding="utf-8"))
    assert domain
    answer = emulator.client("route53").create_hosted_zone(Name=domain[1], CallerReference="emulator")
    zone_id = answer["HostedZone"]["Id"].removeprefix("/hostedzone/")
    (root / "emulator.auto.tfvars").write_text(f'zone_id = "{zone_id}"\n', encoding="utf-8")


@pytest.mark.parametrize("environment", APPLIED)
@pytest.mark.timeout(1100)
def test_environment_is_applied_settled_watched_and_destroyed(
    environment: str, tmp_path: Path, plugin_cache: Path, emulator: Emulator
) -> None:
    root = turned_to(copied_terraform(tmp_path) / "environments" / environment, emulator)
    terraform = Terraform(folder=root, cache=plugin_cache, environ=emulator_environ(emulator))
    _make_zone(root, emulator)
    terraform.init()

    terraform.apply()
    second = terraform.plan()
    drifting = {module: min(second.resources(drift.kind, module).items()) for module, drift in DRIFTS.items()}
    for module, (_, values) in drifting.items():
        DRIFTS[module].make(emulator, values)
    watched = terraform.plan()
    empty_buckets(emulator)
    terraform.destroy()
    left = left_in(emulator)

    assert _unexpected(second) == {}
    assert {address for address, _ in drifting.values()} - watched.changes().keys() == set(), "drifts not shown"
    assert left == []


@pytest.mark.timeout(ALL_SECONDS_MAX)
def test_what_the_applied_environment_lacks_is_applied_with_its_module(capfd: pytest.CaptureFixture[str]) -> None:
    kinds = {name: {resource.type for resource in mocked_apply(name).estate.resources} for name in ENVIRONMENTS}
    lacking = set().union(*kinds.values()) - set().union(*(kinds[name] for name in APPLIED))
    with capfd.disabled():
        for kind in sorted(lacking):
            print(f"\nnot in {', '.join(APPLIED)}: {kind}, applied with the module {ABSENT_IN_DEV.get(kind)}")

    assert lacking == ABSENT_IN_DEV.keys()
    assert {drift.kind for drift in DRIFTS.values()} & lacking == set()


def test_list_of_what_the_emulator_cannot_carry_is_short(capfd: pytest.CaptureFixture[str]) -> None:
    with capfd.disabled():
        print(f"\nnot carried by the emulator: {len(NOT_CARRIED)}")
        for beginning, reason in NOT_CARRIED.items():
            print(f"  {beginning}: {reason}")

    assert len(NOT_CARRIED) <= NOT_CARRIED_MAX
