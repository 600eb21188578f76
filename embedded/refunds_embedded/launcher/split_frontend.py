"""Runs the public frontend of an instance whose services run as separate processes.

The frontend serves the api and the parameters on one address, because a single machine has no load balancer. In a
distributed installation, the load balancer routes `/v1/parameters` to parameter-resolution.
"""

from collections.abc import Mapping

from refunds.runtime.process.process_runner import run_services
from refunds.services.api import service as api
from refunds.services.parameter_resolution import service as parameter_resolution


def run(environ: Mapping[str, str]) -> int:
    """Runs the frontend until SIGTERM or SIGINT. Returns the exit code."""
    return run_services("api", environ, (api.build, parameter_resolution.build))
