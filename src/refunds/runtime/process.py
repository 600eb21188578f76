"""Runs services in one process: opens the parts, serves their routes, runs their loops, drains at SIGTERM.

Called by every service's `main` and by the launcher's all-in-one. Ends with 0 after a drain, 1 where a loop failed for
good, 2 where the environment is wrong (one line lists all mistakes).
"""

import asyncio
import gc
import signal
import sys
from collections.abc import Callable, Mapping, Sequence

import structlog
import uvloop

from refunds.kit.config import ConfigurationMistakes, load
from refunds.runtime.logs import set_up_logs
from refunds.runtime.parts import Parts, open_parts
from refunds.runtime.service import Service
from refunds.runtime.settings import ServiceSettings

Build = Callable[[Parts], Service]

COLLECT_AFTER = (50_000, 20, 100)
"""Thresholds of the garbage collector: requests make many short-lived objects and next to no cycles."""

log = structlog.get_logger()


def run_services(name: str, environ: Mapping[str, str], builds: Sequence[Build]) -> int:
    """Until SIGTERM or SIGINT; the exit code."""
    try:
        settings = load(ServiceSettings, environ)
    except ConfigurationMistakes as mistakes:
        sys.stderr.write(f"{name}: {mistakes}\n")
        return 2
    set_up_logs(name, settings.log_level)
    return uvloop.run(_run(name, settings, builds))


async def _run(name: str, settings: ServiceSettings, builds: Sequence[Build]) -> int:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    parts = await open_parts(settings, name)
    services = [build(parts) for build in builds]
    loops = [asyncio.create_task(_refresh(parts, stop))]
