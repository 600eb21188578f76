"""One file per AWS service that moto lacks something of; `install` attaches all of them, once per process."""

import importlib
import pkgutil


def install() -> None:
    """Attach every extension to moto's classes."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
