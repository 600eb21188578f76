"""Runs gateway-integration alone in a process of its own, configured by its environment."""

from collections.abc import Mapping

from refunds.runtime.process.process_runner import run_services
from refunds.services.gateway_integration.service import build


def run(environ: Mapping[str, str]) -> int:
    """Runs until SIGTERM or SIGINT; returns the exit code."""
    return run_services("gateway-integration", environ, (build,))
