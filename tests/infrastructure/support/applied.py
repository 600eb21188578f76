"""An environment as `terraform apply` left it on an emulator of its own: its outputs, and all of its resources.

One takes minutes to make: tests share that of `applied_once`.
"""

import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.infrastructure.support.emulator import Emulator, running_emulator
from tests.infrastructure.support.estate import Estate, estate_of
from tests.infrastructure.support.folders import copied_terraform, emulator_environ, turned_to
from tests.infrastructure.support.terraform import Terraform, terraform_environ, terraform_path

SECONDS_MAX = 60
_PARENT_DOMAIN = re.compile(r'domain_name\s*=\s*"[^.]+\.([^"]+)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedEnvironment:
    """A running emulator, and Terraform on the folder of the environment that it holds."""

    name: str
    emulator: Emulator
    terraform: Terraform

    def outputs_text(self) -> str:
        """What `terraform output -json` prints."""
        return self._output_of("output", "-json")

    def outputs(self) -> Mapping[str, Any]:
        """The outputs' values by name."""
        return {name: output["value"] for name, output in json.loads(self.outputs_text()).items()}

    def estate(self) -> Estate:
        """Every resource with its values, as the state has it now."""
        return estate_of(json.loads(self._output_of("show", "-json")))

    def _output_of(self, *words: str) -> str:
        command = [terraform_path() or "terraform", *words]
        folder, environ = self.terraform.folder, terraform_environ()
        return subprocess.run(
            command, cwd=folder, env=environ, capture_output=True, text=True, timeout=SECONDS_MAX, check=True
        ).stdout


@contextmanager
def applied(environment: str, folder: Path, cache: Path) -> Iterator[AppliedEnvironment]:
    """Apply an environment in a copy below `folder`; it ends with its emulator, destroyed or not."""
    with running_emulator(folder) as emulator:
        root = turned_to(copied_terraform(folder) / "environments" / environment, emulator)
        made = AppliedEnvironment(
            name=environment,
            emulator=emulator,
            terraform=Terraform(folder=root, cache=cache, environ=emulator_environ(emulator)),
        )
        _make_zone(root, emulator)
        made.terraform.init()
        made.terraform.apply()
        yield made


def _make_zone(root: Path, emulator: Emulator) -> None:
    """The zone is there before the environment: make it, and tell Terraform its id."""
    domain = _PARENT_DOMAIN.search((root / "terraform.tfvars").read_text(encoding="utf-8"))
    assert domain
    answer = emulator.client("route53").create_hosted_zone(Name=domain[1], CallerReference="emulator")
    zone_id = answer["HostedZone"]["Id"].removeprefix("/hostedzone/")
    (root / "emulator.auto.tfvars").write_text(f'zone_id = "{zone_id}"\n', encoding="utf-8")
