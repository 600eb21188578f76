"""A whole environment, really applied to the emulator: settled, watched, destroyed.

The application may have run in it before (test_application_on_aws.py), which must not unsettle it. This is the last
file that takes it, by name and so by order: here it ends.
"""

import json
import re

import pytest
from tests.infrastructure.stacks.drifts import ABSENT_IN_DEV, DRIFTS
from tests.infrastructure.support.access.places import SERVICES
from tests.infrastructure.support.applied import AppliedEnvironment
from tests.infrastructure.support.applied_once import SMALLEST
from tests.infrastructure.support.archive import archived, write_line
from tests.infrastructure.support.left_behind import empty_buckets, left_in
from tests.infrastructure.support.mocked import ALL_SECONDS_MAX, ENVIRONMENTS, mocked_apply
from tests.infrastructure.support.terraform import Plan

pytest_plugins = ("tests.infrastructure.support.applied_once",)

# What the emulator cannot carry, by the beginning of its address, each with its reason. A mocked test of the
# environment covers all of it; the list is printed, and may not grow beyond NOT_CARRIED_MAX.
NOT_CARRIED: dict[str, str] = {}
NOT_CARRIED_MAX = 5

# What outlives its environment because the product wants it so, by a part of its ARN, each with its reason.
KEPT = {":task-definition/": "a rollback starts an old revision again; they cost nothing"}

LINE = json.dumps({"event": "request.refused", "code": "of-a-test"})
DAY = re.compile(r"services/year=\d{4}/month=\d{2}/day=\d{2}/[^/]+\.gz$")


def _unexpected(plan: Plan) -> dict[str, str]:
    return {
        address: change
        for address, change in plan.changes().items()
        if not any(address.startswith(beginning) for beginning in NOT_CARRIED)
    }


@pytest.mark.timeout(1100)
def test_line_that_a_service_logs_lies_in_the_archive_under_its_key(applied_environment: AppliedEnvironment) -> None:
    emulator, outputs = applied_environment.emulator, applied_environment.outputs()
    bucket, key = outputs["bucket_names"]["logs"], outputs["key_arns"]["logs"]
    groups = {f"/brik-refunds-{SMALLEST}/{service}" for service in SERVICES}

    for group in groups:
        write_line(emulator, group, LINE)

    found = [each for each in archived(emulator, bucket) if LINE in each.messages]
    stored = [emulator.client("s3").head_object(Bucket=bucket, Key=each.key) for each in found]
    assert {each.log_group for each in found} == groups
    assert [each.key for each in found if not DAY.match(each.key)] == []
    assert {each["SSEKMSKeyId"] for each in stored} == {key}


@pytest.mark.timeout(1100)
def test_environment_is_applied_settled_watched_and_destroyed(applied_environment: AppliedEnvironment) -> None:
    terraform, emulator = applied_environment.terraform, applied_environment.emulator

    second = terraform.plan()
    drifting = {module: min(second.resources(drift.kind, module).items()) for module, drift in DRIFTS.items()}
    for module, (_, values) in drifting.items():
        DRIFTS[module].make(emulator, values)
    watched = terraform.plan()
    empty_buckets(emulator)
    terraform.destroy()
    left = [name for name in left_in(emulator) if not any(part in name for part in KEPT)]

    assert _unexpected(second) == {}
    assert {address for address, _ in drifting.values()} - watched.changes().keys() == set(), "drifts not shown"
    assert left == []


@pytest.mark.timeout(ALL_SECONDS_MAX)
def test_what_the_applied_environment_lacks_is_applied_with_its_module(capfd: pytest.CaptureFixture[str]) -> None:
    kinds = {name: {resource.type for resource in mocked_apply(name).estate.resources} for name in ENVIRONMENTS}
    lacking = set().union(*kinds.values()) - kinds[SMALLEST]
    with capfd.disabled():
        for kind in sorted(lacking):
            print(f"\nnot in {SMALLEST}: {kind}, applied with the module {ABSENT_IN_DEV.get(kind)}")

    assert lacking == ABSENT_IN_DEV.keys()
    assert {drift.kind for drift in DRIFTS.values()} & lacking == set()


def test_list_of_what_the_emulator_cannot_carry_is_short(capfd: pytest.CaptureFixture[str]) -> None:
    with capfd.disabled():
        print(f"\nnot carried by the emulator: {len(NOT_CARRIED)}")
        for beginning, reason in NOT_CARRIED.items():
            print(f"  {beginning}: {reason}")

    assert len(NOT_CARRIED) <= NOT_CARRIED_MAX
