"""All of infrastructure/ at once: Terraform's format, checkov without a failure, an entry for every module."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from tests.infrastructure.stacks.drifts import DRIFTS
from tests.infrastructure.support.folders import FIXTURES, ROOT, TERRAFORM
from tests.infrastructure.support.terraform import terraform_environ, terraform_path

CHECKOV = ROOT / ".venv-checkov" / "bin" / "checkov"
# Where it is left out, the provider shows no difference when somebody disables the rule.
EVENT_RULE = re.compile(r'^resource "aws_cloudwatch_event_rule" "(\w+)" \{\n(.*?)^\}', re.MULTILINE | re.DOTALL)
FRAMEWORKS = {"terraform": TERRAFORM, "cloudformation": ROOT / "infrastructure" / "cloudformation"}


def test_terraform_is_formatted() -> None:
    done = subprocess.run(
        [terraform_path() or "terraform", "fmt", "-check", "-recursive", "-diff", str(ROOT)],
        env=terraform_environ(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.timeout(300)
def test_checkov_finds_no_failure(framework: str, capfd: pytest.CaptureFixture[str]) -> None:
    folder = FRAMEWORKS[framework]
    command = [CHECKOV, "--directory", folder, "--framework", framework, "--skip-download", "--quiet", "--compact"]

    done = subprocess.run([*command, "--output", "json"], capture_output=True, text=True, check=False, timeout=280)

    report = json.loads(done.stdout)
    summary = report.get("summary", report)
    failures = [_in_a_line(check) for check in report.get("results", {}).get("failed_checks", [])]
    with capfd.disabled():
        counts = ", ".join(f"{summary[name]} {name}" for name in ("passed", "failed", "skipped"))
        print(f"\ncheckov {framework}: {counts}")
    assert failures == []


def _in_a_line(check: dict[str, str]) -> str:
    return f"{check['check_id']} {check['resource']} {check['file_path']}: {check['check_name']}"


def test_every_skipped_check_names_its_reason() -> None:
    lines = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in sorted(TERRAFORM.rglob("*.tf"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if "checkov:skip=" in line and len(line.partition("checkov:skip=")[2].partition(":")[2].strip()) < 15
    ]

    assert lines == []


def test_every_rule_of_events_states_that_it_is_enabled() -> None:
    rules = {
        f"{path.relative_to(ROOT)} {rule[1]}": rule[2]
        for path in sorted(TERRAFORM.rglob("*.tf"))
        for rule in EVENT_RULE.finditer(path.read_text(encoding="utf-8"))
    }

    assert rules
    assert [name for name, text in rules.items() if '  state = "ENABLED"\n' not in text] == []


def test_every_module_has_a_root_and_a_drift() -> None:
    modules = {path.name for path in Path(TERRAFORM / "modules").iterdir() if (path / "variables.tf").exists()}

    assert modules - DRIFTS.keys() == set()
    assert {name for name in modules if not (FIXTURES / name / "main.tf").exists()} == set()
