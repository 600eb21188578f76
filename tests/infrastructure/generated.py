"""The generated pages of infrastructure/: `python -m tests.infrastructure.generated` writes them all anew.

Needs Terraform: what is counted and drawn comes from mocked applies of the environments.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.infrastructure.scaling.days import simulated_days
from tests.infrastructure.scaling.drawing import drawn
from tests.infrastructure.support.mocked import ENVIRONMENTS, MockedApply, mocked_apply
from tests.infrastructure.support.pages import ROOT, Page, written

SCRIPTS = ROOT / "infrastructure" / "scripts"
TERRAFORM = ROOT / "infrastructure" / "terraform"
MODULES_PAGE = "# Inputs and outputs of the modules\nGenerated from their variables.tf and outputs.tf.\n"


def tables() -> list[Page]:
    """Inputs and outputs; these need no Terraform."""
    modules = sorted(path for path in (TERRAFORM / "modules").iterdir() if (path / "variables.tf").is_file())
    parts = [f"\n## {path.name}\n{_said('interface', str(path))}" for path in modules]
    environment = _said("interface", str(TERRAFORM / "environments" / "prod"))
    return [
        Page(path="infrastructure/terraform/modules/README.md", text=written(MODULES_PAGE + "".join(parts))),
        Page(path="infrastructure/terraform/README.md", part="inputs and outputs", text=environment),
    ]


def pictures() -> list[Page]:
    """What is computed from the environments: costs, diagram, scaling."""
    applies = {environment: mocked_apply(environment) for environment in ENVIRONMENTS}
    with TemporaryDirectory() as folder:
        states = {name: _saved(apply, Path(folder)) for name, apply in applies.items()}
        costs = _said("costs", *(f"{name}={file}" for name, file in states.items()))
        diagram = _said("diagram", str(states["prod"]))
    return [
        Page(path="infrastructure/terraform/README.md", part="costs", text=costs),
        Page(path="infrastructure/README.md", part="diagram", text=f"```mermaid\n{diagram}```"),
        Page(path="docs/scaling.svg", text=drawn(simulated_days(applies["prod"].estate))),
    ]


def _saved(apply: MockedApply, folder: Path) -> Path:
    file = folder / f"{apply.environment}.json"
    file.write_text(json.dumps({"values": apply.state}), encoding="utf-8")
    return file


def _said(script: str, *words: str) -> str:
    command: Sequence[str] = [sys.executable, str(SCRIPTS / script), *words]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


if __name__ == "__main__":
    for page in [*tables(), *pictures()]:
        page.write()
        sys.stdout.write(f"{page.path}\n")
