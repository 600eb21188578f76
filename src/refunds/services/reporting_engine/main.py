"""Runs reporting-engine alone in its own process. Its settings come from the environment."""

from collections.abc import Mapping

from refunds.runtime.process.process_runner import run_services
from refunds.services.reporting_engine.service import build


def run(environ: Mapping[str, str]) -> int:
    """Runs the service until SIGTERM or SIGINT, and returns the exit code."""
    return run_services("reporting-engine", environ, (build,))
