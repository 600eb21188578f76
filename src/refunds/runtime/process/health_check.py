"""Asks the service on this machine whether it lives: the container's health check, `python -m refunds health`.

It asks `/health/live`, not `/health/ready`: a container is started anew where its process hangs, not where the
database is away. Whether it may be sent requests is asked by the load balancer, at `/health/ready`.
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
    """`REFUNDS_PORT`, as the service itself reads it."""

    port: int = 8080


def run(environ: Mapping[str, str]) -> int:
    """0 where the service answers that it lives, 1 where it does not, 2 where the environment is wrong."""
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
