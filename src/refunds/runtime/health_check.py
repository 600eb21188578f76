"""`python -m refunds health`: asks the service on this machine whether it is ready; the health check of a container.

Reads REFUNDS_HOST and REFUNDS_PORT as the service does. Ends with 0 where it is, 1 where it is not, 2 where the
environment is wrong. Loads nothing of the service, so that it is quick.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException

from refunds.kit.config import ConfigurationMistakes, load

PATH = "/health/ready"
BODY_BYTES_MAX = 4_096
EVERY_ADDRESS = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - recognised, not bound
OWN = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCheckSettings:
    """Where the service listens, and how long it may take to answer."""

    host: str = OWN
    port: int = 8080
    health_timeout_s: float = 3.0


def run(environ: Mapping[str, str]) -> int:
    """The exit code; says why on standard error where it is not 0."""
    try:
        settings = load(HealthCheckSettings, environ)
    except ConfigurationMistakes as mistakes:
        return _said(f"health: {mistakes}", 2)
    host = OWN if settings.host in EVERY_ADDRESS else settings.host
    connection = HTTPConnection(host, settings.port, timeout=settings.health_timeout_s)
    try:
        connection.request("GET", PATH)
        answer = connection.getresponse()
        text = answer.read(BODY_BYTES_MAX).decode(errors="replace")
    except (OSError, HTTPException) as error:
        return _said(f"health: no answer from {host}:{settings.port}: {str(error) or type(error).__name__}", 1)
    finally:
        connection.close()
    return 0 if answer.status == 200 else _said(f"health: {answer.status} {text}", 1)


def _said(line: str, code: int) -> int:
    sys.stderr.write(f"{line}\n")
    return code
