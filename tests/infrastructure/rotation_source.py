"""The rotation function's source for its tests: loaded as Lambda has it, all files in one folder on the path."""

import importlib
import sys
from types import ModuleType

from tests.infrastructure.third_party_source import ROOT

ROTATION = ROOT / "infrastructure/terraform/modules/secrets/rotation"
SOURCE = ROTATION / "python"


def load(name: str) -> ModuleType:
    """The module of this name."""
    if str(SOURCE) not in sys.path:
        sys.path.append(str(SOURCE))
    return importlib.import_module(name)
