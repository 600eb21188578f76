"""The public frontend of a split instance: the api and the parameters' routes on one address. Only composes.

In a distributed installation the load balancer routes `/v1/parameters` to parameter-resolution; one machine has none.
"""

from collections.abc import Mapping

from refunds.runtime.process.process_runner import run_services
from refunds.services.api import service as api
from refunds.services.parameter_resolution import service as parameter_resolution


def run(environ: Mapping[str, str]) -> int:
    """Runs until SIGTERM or SIGINT; returns the exit code."""
    return run_services("api", environ, (api.build, parameter_resolution.build))
