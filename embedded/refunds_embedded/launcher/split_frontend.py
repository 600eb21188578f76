"""Runs the public frontend of a split instance. It serves the api and the parameters on one address.

In a distributed installation, the load balancer routes `/v1/parameters` to parameter-resolution. A single machine has
no load balancer. The module only composes parts of other modules.
"""

from collections.abc import Mapping

from refunds.runtime.process.process_runner import run_services
from refunds.services.api import service as api
from refunds.services.parameter_resolution import service as parameter_resolution


def run(environ: Mapping[str, str]) -> int:
    """Runs the frontend until SIGTERM or SIGINT. Returns the exit code."""
    return run_services("api", environ, (api.build, parameter_resolution.build))
