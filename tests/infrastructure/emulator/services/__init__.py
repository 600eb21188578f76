"""One file per AWS service that moto lacks something of; `install` attaches all of them, once per process."""

import importlib
import pkgutil


def install() -> None:
    """Attach every extension to moto's classes."""
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        importlib.import_module(module.name)
