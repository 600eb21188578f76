"""`refunds up`: starts the whole product on this machine."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Annotated

import aiohttp
from cyclopts import Parameter

from refunds.cli.client.ready_file import Ready
from refunds.cli.client.whole_numbers import WHOLE
from refunds.cli.errors import CommandFailed
from refunds_embedded.launcher.instance.options import UpOptions
from refunds_embedded.launcher.supervision.progress_output import ProgressOutput
from refunds_embedded.launcher.up import run_up

DEFAULTS = UpOptions()
SAMPLE_TIMEOUT_S = 30.0


def up(
    *,
    host: str = DEFAULTS.host,
    port: Annotated[int, WHOLE] = DEFAULTS.port,
    data_dir: Path = DEFAULTS.data_dir,
    ready_file: Path | None = None,
    sample: Annotated[bool, Parameter(negative="")] = False,
    empty: Annotated[bool, Parameter(negative="")] = False,
    split: Annotated[bool, Parameter(negative="")] = False,
    api_workers: Annotated[int, WHOLE] = DEFAULTS.api_workers,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
    mongodb_uri: str | None = None,
    redis_uri: str | None = None,
) -> int:
    """Start the database, the cache, the sandbox gateway and the five services; Ctrl-C stops all.

    Parameters
    ----------
    host
        IP address that the API listens on.
    port
        Port that the API listens on; 0 takes any free one.
    data_dir
        Folder that keeps everything; it survives a restart.
    ready_file
        Written when all is ready (JSON with addresses); `ready.json` in the data folder if not
        given.
    sample
        Add a merchant with three payments, and say what to try; short waiting times, so that a
        demonstration does not wait for minutes. A later start without it sets the usual times again.
    empty
        With --sample: only the short waiting times, no merchant and no payments.
    split
        Run each service as a process of its own; a tenant or parameter that one of them takes is
        seen by the others within half a second.
    api_workers
        With --split: how many processes answer behind the public port.
    as_json
        Print each event as one line of JSON.
    mongodb_uri
        Use this MongoDB replica set instead of starting one.
    redis_uri
        Use this Redis instead of starting one.
    """
    options = UpOptions(
        host=host,
        port=port,
        data_dir=data_dir,
        ready_file=ready_file,
        sample=sample,
        split=split,
        api_workers=api_workers,
        mongodb_uri=mongodb_uri,
        redis_uri=redis_uri,
    )
    progress_output = ProgressOutput(as_json=as_json, out=sys.stdout, err=sys.stderr)
    return run_up(options, os.environ, progress_output, add_sample=add_sample if sample and not empty else None)


async def add_sample(ready: Ready) -> str:
    """Adds the sample's first steps; an instance without them is still of use, so that a failure is printed only."""
    from refunds_embedded.demo.first_steps import first_steps  # noqa: PLC0415 - loaded while the servers start

    try:
        async with asyncio.timeout(SAMPLE_TIMEOUT_S):
            return await first_steps(ready)
    except (CommandFailed, aiohttp.ClientError, TimeoutError) as error:
        return f"The sample could not be added: {str(error) or type(error).__name__}"
