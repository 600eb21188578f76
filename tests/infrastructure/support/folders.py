"""Copies of infrastructure/terraform/ in a temporary place, turned towards the emulator by an override file.

The product's files stay as they are: no switch for tests is in them.
"""

import re
import shutil
from pathlib import Path

from tests.infrastructure.support.emulator import Emulator

ROOT = Path(__file__).resolve().parents[3]
TERRAFORM = ROOT / "infrastructure" / "terraform"
FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
OVERRIDE = "emulator_override.tf"

_PROVIDER = re.compile(r'^provider "aws" \{(.*?)^\}', re.MULTILINE | re.DOTALL)
_ALIAS = re.compile(r'^\s*alias\s*=\s*"(\w+)"', re.MULTILINE)

# Every service of the AWS provider that the product uses answers at the one endpoint of the emulator.
_BLOCK = """provider "aws" {{
{alias}  access_key                  = "emulator"
  secret_key                  = "emulator"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = false
  s3_use_path_style           = true
  max_retries                 = 3
}}
"""


def copied_terraform(target: Path) -> Path:
    """Copy the whole of infrastructure/terraform/ without what earlier runs left there."""
    ignored = shutil.ignore_patterns(".terraform", ".terraform.lock.hcl", "*.tfstate*", "third_party")
    return Path(shutil.copytree(TERRAFORM, target / "terraform", ignore=ignored))


def turned_to(folder: Path, emulator: Emulator) -> Path:
    """Write the override file: local state, and the emulator for every provider block of the folder."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.tf")))
    aliases = [_ALIAS.search(block) for block in _PROVIDER.findall(source)]
    blocks = [_BLOCK.format(alias=f'  alias = "{alias[1]}"\n' if alias else "") for alias in aliases]
    backend = 'terraform {\n  backend "local" {}\n}\n' if re.search(r'^\s*backend "', source, re.MULTILINE) else ""
    (folder / OVERRIDE).write_text("\n".join([backend, *blocks]), encoding="utf-8")
    return folder


def emulator_environ(emulator: Emulator) -> dict[str, str]:
    """What leads every service of the AWS provider to the emulator: AWS's own standard variable."""
    return {"AWS_ENDPOINT_URL": emulator.endpoint, "AWS_EC2_METADATA_DISABLED": "true"}
