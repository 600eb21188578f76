"""The processes of the product: `python -m refunds NAME` runs one, configured by its environment alone.

`__main__` looks here first, before the command line's own library is loaded, so that a service starts quickly. Each
entry is a module with `run(environ) -> int`, imported only when it is run.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import cast

ENTRIES: Mapping[str, str] = MappingProxyType(
    {
        "all": "refunds.launcher.all_in_one",
        "frontend": "refunds.launcher.split_frontend",
        "api": "refunds.services.api.main",
        "request-manager": "refunds.services.request_manager.main",
        "gateway-integration": "refunds.services.gateway_integration.main",
        "parameter-resolution": "refunds.services.parameter_resolution.main",
        "reporting-engine": "refunds.services.reporting_engine.main",
        "sandbox": "refunds.sandbox.main",
        "health": "refunds.runtime.process.health_check",
    }
)

Run = Callable[[Mapping[str, str]], int]


def run_entry(name: str, environ: Mapping[str, str], entries: Mapping[str, str] = ENTRIES) -> int:
    """Runs one process until it is stopped; its exit code."""
    run = cast("Run", import_module(entries[name]).run)
    return run(environ)
