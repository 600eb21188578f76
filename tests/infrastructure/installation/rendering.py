"""What the script that a deployment uses makes of Terraform's outputs, for tests of the script and of its product."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from refunds_embedded.launcher.instance.addresses import SERVICES

RENDER = Path(__file__).parents[3] / "infrastructure" / "scripts" / "render-config"


def rendered_from(outputs: str, folder: Path) -> Mapping[str, Mapping[str, str]]:
    """Service → variable → text, read back from the files that the script wrote into `folder`."""
    command = [sys.executable, str(RENDER), "-", str(folder)]
    subprocess.run(command, input=outputs, text=True, check=True, capture_output=True)
    return {service: _read(folder / f"{service}.env") for service in SERVICES}


def _read(file: Path) -> Mapping[str, str]:
    return dict(line.split("=", 1) for line in file.read_text().splitlines())
