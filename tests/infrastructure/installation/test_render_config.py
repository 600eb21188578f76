"""The script that makes the services' environment files of Terraform's outputs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.infrastructure.installation.rendering import RENDER

from refunds_embedded.launcher.instance.addresses import SERVICES

pytestmark = pytest.mark.infra

ENVIRONMENT = {service: {"REFUNDS_PORT": "8080", "REFUNDS_AWS_REGION": "eu-west-1"} for service in SERVICES}


def rendered(
    folder: Path, outputs: object, *services: str, text: str | None = None
) -> subprocess.CompletedProcess[str]:
    """The script's run on outputs from standard input."""
    command = [sys.executable, str(RENDER), "-", str(folder / "config"), *services]
    given = json.dumps(outputs) if text is None else text
    return subprocess.run(command, input=given, capture_output=True, text=True, check=False, timeout=60)


def test_output_of_terraform_becomes_a_file_a_service(tmp_path: Path) -> None:
    outputs = {"service_environment": {"value": ENVIRONMENT, "type": "map"}, "vpc_id": {"value": "x", "type": "string"}}

    ended = rendered(tmp_path, outputs)

    assert ended.returncode == 0, ended.stderr
    assert {file.name for file in (tmp_path / "config").iterdir()} == {f"{service}.env" for service in SERVICES}
    assert (tmp_path / "config" / "api.env").read_text() == "REFUNDS_AWS_REGION=eu-west-1\nREFUNDS_PORT=8080\n"


def test_bare_mapping_and_one_service_are_enough(tmp_path: Path) -> None:
    ended = rendered(tmp_path, ENVIRONMENT, "api")

    assert ended.returncode == 0, ended.stderr
    assert [file.name for file in (tmp_path / "config").iterdir()] == ["api.env"]


def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    rendered(tmp_path, ENVIRONMENT)

    assert {file.stat().st_mode & 0o777 for file in (tmp_path / "config").iterdir()} == {0o600}


@pytest.mark.parametrize("value", ["two words", "$HOME", "`id`", 'a"b', "a'b", "a\nREFUNDS_PORT=1", "a#b"])
def test_text_that_files_are_read_differently_with_is_refused(tmp_path: Path, value: str) -> None:
    ended = rendered(tmp_path, {**ENVIRONMENT, "api": {"REFUNDS_PUBLIC_URL": value}})

    assert ended.returncode == 2
    assert "api: REFUNDS_PUBLIC_URL holds a character" in ended.stderr
    assert not (tmp_path / "config").exists()


def test_all_mistakes_are_listed_and_nothing_is_written(tmp_path: Path) -> None:
    wrong = {"api": {"lower": "x", "REFUNDS_PORT": 8080}, "request-manager": "x"}

    ended = rendered(tmp_path, wrong, "api", "request-manager", "reporting-engine", "console")

    assert ended.returncode == 2
    assert ended.stderr.splitlines() == [
        "render-config: api: 'lower' is no name of a variable",
        "render-config: api: REFUNDS_PORT is no text",
        "render-config: service_environment has no request-manager",
        "render-config: service_environment has no reporting-engine",
        f"render-config: console is none of {', '.join(SERVICES)}",
    ]
    assert not (tmp_path / "config").exists()


@pytest.mark.parametrize("text", ["", "no json", "[]"])
def test_outputs_that_are_none_are_refused(tmp_path: Path, text: str) -> None:
    ended = rendered(tmp_path, None, text=text)

    assert ended.returncode == 2
    assert ended.stderr.startswith("render-config: ")
