"""READMEs below infrastructure/: their links lead somewhere, their commands are right, those that can run here do."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.infrastructure.support.aws_commands import aws_command, commands_in
from tests.infrastructure.support.emulator import ACCOUNT_ID, Emulator
from tests.infrastructure.support.terraform import terraform_environ, terraform_path

ROOT = Path(__file__).resolve().parents[2]
INFRASTRUCTURE = ROOT / "infrastructure"
PAGES = sorted(path for path in INFRASTRUCTURE.rglob("*.md") if ".terraform" not in path.parts)
SCRIPTS = sorted(path for path in (INFRASTRUCTURE / "scripts").iterdir() if path.suffix != ".md" and path.is_file())
README = (INFRASTRUCTURE / "README.md").read_text(encoding="utf-8")
LINK = re.compile(r"\]\(([^)\s]+)\)")
NAME = "brik-refunds-dev"
LOCK_ID = "0c5f8c1e-6a53-4d1c-9b46-2f6d0c0b9a11"
COMMANDS = sorted({(path.relative_to(ROOT), line) for path in PAGES for line in commands_in(path.read_text("utf-8"))})
OF_AWS = [(path, line) for path, line in COMMANDS if line.startswith("aws ")]
RUN_HERE = [(path, line) for path, line in COMMANDS if line.startswith("infrastructure/scripts/")]

# The state's backend as an environment has it, turned to the emulator.
BACKEND = """terraform {{
  backend "s3" {{
    bucket                      = "{bucket}"
    key                         = "environment.tfstate"
    region                      = "eu-west-1"
    dynamodb_table              = "{name}-state-lock"
    use_path_style              = true
    skip_credentials_validation = true
    skip_requesting_account_id  = true
    skip_metadata_api_check     = true
  }}
}}

resource "terraform_data" "this" {{
}}
"""


def anchors_of(path: Path) -> set[str]:
    """Headings as a link names them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def section(heading: str) -> str:
    """The text below a heading of the overview, up to the next one that is not deeper."""
    level = heading.partition(" ")[0]
    _, _, rest = README.partition(f"\n{heading}\n")
    return re.split(rf"^#{{2,{len(level)}}} ", rest, maxsplit=1, flags=re.MULTILINE)[0]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    links = [link for link in LINK.findall(path.read_text(encoding="utf-8")) if not link.startswith("https://")]

    for link in links:
        file, _, anchor = link.partition("#")
        target = path.parent / file if file else path
        assert target.exists(), f"{link} is not there"
        assert not anchor or anchor in anchors_of(target), f"{link} has no such heading"


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_show_how_they_are_used(script: Path) -> None:
    done = subprocess.run([sys.executable, script, "--help"], check=False, capture_output=True, text=True, timeout=60)

    assert done.returncode == 0
    assert script.name in done.stdout


def test_every_script_is_in_its_readme() -> None:
    text = (INFRASTRUCTURE / "scripts/README.md").read_text(encoding="utf-8")

    assert re.findall(r"^\| `([\w-]+)` \|", text, re.MULTILINE) == [script.name for script in SCRIPTS]


@pytest.mark.parametrize(("path", "line"), RUN_HERE, ids=str)
def test_commands_that_can_run_here_run(path: Path, line: str) -> None:
    done = subprocess.run(
        [sys.executable, *line.split()], cwd=ROOT, check=False, capture_output=True, text=True, timeout=60
    )

    assert done.returncode == 0, f"{path}: {done.stderr}"


@pytest.mark.parametrize(("path", "line"), OF_AWS, ids=str)
def test_commands_of_the_aws_cli_are_such(path: Path, line: str) -> None:
    assert aws_command(line).mistakes() == [], path


@pytest.mark.parametrize("word", ["AWS account", "Terraform 1.5", "AWS CLI v2", "Docker 24.0", "Git", "Python 3.11"])
def test_readme_names_what_one_needs(word: str) -> None:
    assert word in section("## Before you begin")


def test_readme_shows_how_a_change_is_made() -> None:
    steps = re.findall(r"^(\d)\. ", section("## How a change is made"), re.MULTILINE)

    assert steps == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize("trouble", ["State lock", "Failed ECS deployment", "Stack errors", "Permissions"])
def test_readme_shows_how_to_end_each_trouble(trouble: str) -> None:
    commands = list(commands_in(section(f"### {trouble}")))

    assert commands
    assert all(command.startswith(("aws ", "terraform ")) for command in commands)
    assert "devops@example.com" in section("## Troubleshooting")


def test_credentials_and_stack_errors_are_shown_by_the_readmes_commands(emulator: Emulator) -> None:
    emulator.client("cloudformation").create_stack(
        StackName="brik-refunds-bootstrap",
        TemplateBody=json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}),
    )
    whose, *_ = commands_in(section("### Permissions"))
    events, *_ = commands_in(section("### Stack errors"))

    assert aws_command(whose).run(emulator)["Account"] == ACCOUNT_ID
    assert aws_command(events).run(emulator) is None


def test_lock_of_a_dead_run_is_found_and_freed_by_the_readmes_commands(emulator: Emulator, tmp_path: Path) -> None:
    bucket = f"{NAME}-state-{ACCOUNT_ID}"
    scan, versions = (aws_command(line) for line in commands_in(section("### State lock")) if line.startswith("aws "))
    unlock, plan = (line.split() for line in commands_in(section("### State lock")) if line.startswith("terraform "))
    _state_of_an_environment(emulator, bucket)
    (tmp_path / "main.tf").write_text(BACKEND.format(bucket=bucket, name=NAME), encoding="utf-8")
    _terraform(emulator, tmp_path, "init")
    _terraform(emulator, tmp_path, "apply", "-auto-approve")
    _lock_by_a_dead_run(emulator, bucket)

    held = _terraform(emulator, tmp_path, *plan[1:])
    told = scan.run(emulator, NAME=NAME)
    freed = _terraform(emulator, tmp_path, "force-unlock", "-force", LOCK_ID)
    after = _terraform(emulator, tmp_path, *plan[1:])

    assert unlock[1:] == ["force-unlock", "LOCK_ID"]
    assert held.returncode == 1
    assert LOCK_ID in held.stderr
    assert [json.loads(info)["ID"] for info in told if info] == [LOCK_ID]
    assert freed.returncode == 0, freed.stderr
    assert after.returncode == 0, after.stderr
    assert len(versions.run(emulator, NAME=NAME, ACCOUNT=ACCOUNT_ID)) == 1


def _state_of_an_environment(emulator: Emulator, bucket: str) -> None:
    s3 = emulator.client("s3")
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    emulator.client("dynamodb").create_table(
        TableName=f"{NAME}-state-lock",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "LockID", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "LockID", "KeyType": "HASH"}],
    )


def _lock_by_a_dead_run(emulator: Emulator, bucket: str) -> None:
    path = f"{bucket}/environment.tfstate"
    info = {"ID": LOCK_ID, "Operation": "OperationTypeApply", "Info": "", "Who": "dead@runner", "Path": path}
    info |= {"Version": "1.11.4", "Created": "2026-01-01T00:00:00Z"}
    item = {"LockID": {"S": path}, "Info": {"S": json.dumps(info)}}
    emulator.client("dynamodb").put_item(TableName=f"{NAME}-state-lock", Item=item)


def _terraform(emulator: Emulator, folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    environ = terraform_environ(
        AWS_ENDPOINT_URL=emulator.endpoint, AWS_ACCESS_KEY_ID="emulator", AWS_SECRET_ACCESS_KEY="emulator"
    )
    command = [terraform_path() or "terraform", *words, "-no-color"]
    if words[0] == "force-unlock":
        command = [terraform_path() or "terraform", "force-unlock", "-no-color", *words[1:]]
    return subprocess.run(command, cwd=folder, env=environ, check=False, capture_output=True, text=True, timeout=110)
