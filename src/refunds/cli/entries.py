"""Lists the processes that `python -m refunds NAME` can run. The environment alone configures a process.

`__main__` looks for NAME here before it loads the command line's library, so that a service starts quickly. Each
process has a module with `run(environ) -> int`, which is imported only when the process is run.
"""

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from types import MappingProxyType
from typing import cast

ENTRIES: Mapping[str, str] = MappingProxyType(
    {
        "api": "refunds.services.api.main",
        "request-manager": "refunds.services.request_manager.main",
        "gateway-integration": "refunds.services.gateway_integration.main",
        "parameter-resolution": "refunds.services.parameter_resolution.main",
        "reporting-engine": "refunds.services.reporting_engine.main",
        "health": "refunds.runtime.process.health_check",
    }
)

ENTRY_POINTS = "refunds.processes"
"""The group of entry points through which other distributions add processes."""

Run = Callable[[Mapping[str, str]], int]


@cache
def installed_entries() -> Mapping[str, str]:
    """Returns a map from the name of each installed process to the module of the process.

    The processes of installed extras are included.
    """
    of_extras = {entry.name: entry.module for entry in entry_points(group=ENTRY_POINTS)}
    return MappingProxyType({**of_extras, **ENTRIES})


def is_entry(name: str) -> bool:
    """True if a process of this name can be run here.

    Extras are searched only if the name is not in ENTRIES, because that search takes time.
    """
    return name in ENTRIES or name in installed_entries()


def run_entry(name: str, environ: Mapping[str, str], entries: Mapping[str, str] | None = None) -> int:
    """Runs one process until it is stopped, and returns its exit code."""
    module = (ENTRIES.get(name) or installed_entries()[name]) if entries is None else entries[name]
    run = cast("Run", import_module(module).run)
    return run(environ)
