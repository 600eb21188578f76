"""Runs the five services in one process. This is the default of an embedded instance.

The module only composes parts of other modules.
"""

from collections.abc import Mapping

from refunds.runtime.process.process_runner import run_services
from refunds.services.api import service as api
from refunds.services.gateway_integration import service as gateway_integration
from refunds.services.parameter_resolution import service as parameter_resolution
from refunds.services.reporting_engine import service as reporting_engine
from refunds.services.request_manager import service as request_manager

BUILDERS = (
    api.build,
    request_manager.build,
    gateway_integration.build,
    parameter_resolution.build,
    reporting_engine.build,
)


def run(environ: Mapping[str, str]) -> int:
    """Runs the services until SIGTERM or SIGINT. Returns the exit code."""
    return run_services("all", environ, BUILDERS)
