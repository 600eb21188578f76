"""The command `refunds up`, which starts the whole product on this machine."""

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
    """Start the database, the cache, the sandbox gateway and the five services. Ctrl-C stops all of them.

    Parameters
    ----------
    host
        IP address that the API listens on.
    port
        Port that the API listens on; with 0, any free port.
    data_dir
        Folder with all data; a later start uses the same data again.
    ready_file
        File that is written when all is ready (JSON with addresses); by default `ready.json` in the
        data folder.
    sample
        Add a merchant with three payments, and print commands to try. Waiting times are short, so that a
        demonstration does not wait for minutes. A later start without --sample restores the usual times.
    empty
        With --sample: use the short waiting times, but add no merchant and no payments.
    split
        Run each service as its own process; if one of them adds a tenant or sets a parameter, the
        others use it within half a second.
    api_workers
        With --split: number of processes that answer on the public port.
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
    """Adds the first objects of the sample to the instance, and returns the lines to print.

    If that fails, the lines name the reason. The failure does not end the start, because the instance works without the
    sample.
    """
    from refunds_embedded.demo.first_steps import first_steps  # noqa: PLC0415 - loaded while the servers start

    try:
        async with asyncio.timeout(SAMPLE_TIMEOUT_S):
            return await first_steps(ready)
    except (CommandFailed, aiohttp.ClientError, TimeoutError) as error:
        return f"The sample could not be added: {str(error) or type(error).__name__}"
