"""The commands of infrastructure/terraform/README.md: those without an account are run, the others must exist."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.infrastructure.support.mocked import LEFT_BEHIND, TERRAFORM
from tests.infrastructure.support.terraform import provider_mirror, terraform_environ, terraform_path

PAGE = (TERRAFORM / "README.md").read_text(encoding="utf-8")
RUN = re.findall(r"^```bash\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
SHOWN = re.findall(r"^```console\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
LINES = [shlex.split(line) for block in SHOWN for line in block.splitlines()]
SECONDS_MAX = 300
GLOBAL = {"query"}


@pytest.mark.timeout(SECONDS_MAX)
def test_commands_without_an_account_run(tmp_path: Path) -> None:
    if terraform_path() is None:
        pytest.skip("needs Terraform >= 1.7 on PATH")
    folder = Path(shutil.copytree(TERRAFORM, tmp_path / "terraform", ignore=LEFT_BEHIND))
    mirror = provider_mirror()
    environ = terraform_environ(**({"TF_CLI_ARGS_init": f"-plugin-dir={mirror}"} if mirror else {}))

    done = subprocess.run(
        ["sh", "-ec", "\n".join(RUN)], cwd=folder, env=environ, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed, 0 failed" in done.stdout


@pytest.mark.parametrize("words", [line for line in LINES if line[0] == "terraform"], ids=" ".join)
def test_shown_commands_of_terraform_exist(words: list[str]) -> None:
    path = terraform_path()
    if path is None:
        pytest.skip("needs Terraform >= 1.7 on PATH")
    command = next(word for word in words[1:] if not word.startswith("-"))

    told = subprocess.run(
        [path, command, "-help"], env=terraform_environ(), capture_output=True, text=True, check=False
    )

    assert told.stdout.startswith("Usage: terraform")
    assert f" {command}" in told.stdout.splitlines()[0]


@pytest.mark.parametrize("words", [line for line in LINES if line[0] == "aws"], ids=" ".join)
def test_shown_commands_of_aws_exist_with_their_options(words: list[str]) -> None:
    botocore = pytest.importorskip("botocore.session")
    from botocore import xform_name

    service = {"deploy": "codedeploy"}.get(words[1], words[1])
    model = botocore.get_session().get_service_model(service)
    operations = {xform_name(name, "-"): model.operation_model(name) for name in model.operation_names}

    assert words[2] in operations
    shape = operations[words[2]].input_shape
    known = {xform_name(member, "-") for member in shape.members} if shape else set()
    given = {word.removeprefix("--").removeprefix("no-") for word in words[3:] if word.startswith("--")}
    assert given <= known | GLOBAL


def test_every_shown_command_is_checked() -> None:
    assert {line[0] for line in LINES} == {"aws", "terraform", "cd"}
