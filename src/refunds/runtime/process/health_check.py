"""Runs the container's health check, which calls `/health/live` of the service on this machine.

The command is `python -m refunds health`. Neither this check nor the load balancer calls `/health/ready`. So a
container is restarted if its process hangs, but not if the database is unreachable.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException

from refunds.kit.config import ConfigurationMistakes, load

TIMEOUT_S = 2.0
OK = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCheckSettings:
    """The settings of the health check. `port` comes from `REFUNDS_PORT`, which the service itself also reads."""

    port: int = 8080
    """Port on which the service listens."""


def run(environ: Mapping[str, str]) -> int:
    """Returns 0 if the service is alive, 1 if it is not, and 2 if the environment is invalid."""
    try:
        settings = load(HealthCheckSettings, environ)
    except ConfigurationMistakes as mistakes:
        sys.stderr.write(f"health: {mistakes}\n")
        return 2
    connection = HTTPConnection("127.0.0.1", settings.port, timeout=TIMEOUT_S)
    try:
        connection.request("GET", "/health/live")
        status = connection.getresponse().status
    except (OSError, HTTPException) as reason:
        sys.stderr.write(f"health: nothing answers on port {settings.port}: {reason}\n")
        return 1
    finally:
        connection.close()
    if status != OK:
        sys.stderr.write(f"health: /health/live answered {status}\n")
        return 1
    return 0
